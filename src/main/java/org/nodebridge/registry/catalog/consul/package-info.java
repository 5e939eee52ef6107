// SPDX-License-Identifier: Apache-2.0
/**
 * Consul as the catalog: what a registration looks like there and how it gets there. The only package that knows
 * Consul's API.
 *
 * <p>Two modes. Catalog mode (the default) keeps every node as a service of one <em>external</em> Consul node,
 * many to a transaction; Consul probes nothing there, so the check says what the registry says. Agent mode
 * registers with the local agent, one call a node, and Consul probes the health endpoint itself.
 *
 * <p>{@link org.nodebridge.registry.catalog.consul.ConsulCatalog} is the entry point for changes. It never throws for
 * an answer of Consul, but reports node by node what Consul confirmed, what it refused and what never reached it. So
 * one bad entry holds up no other, and nothing counts as written that was not.
 * {@link org.nodebridge.registry.catalog.consul.GuardedConsul} is the only class with fault tolerance; it must be
 * called through its proxy.
 *
 * <p>Facts one would get wrong: a service under a Consul node that has an agent is removed by that agent within a
 * minute or so; a transaction is all or nothing, at most 64 operations before Consul 1.14; deleting a service
 * deletes its checks; deleting one that is not there is no error, but one without a service name is; writing what is
 * there already costs a Raft entry and moves no index.
 */
package org.nodebridge.registry.catalog.consul;
