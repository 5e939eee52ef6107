// SPDX-License-Identifier: Apache-2.0
/**
 * Where callers discover nodes: the port {@link org.nodebridge.registry.catalog.ServiceCatalog} and what goes through it.
 * Consul is the only catalog there is, in {@code catalog.consul}; its messages name it.
 *
 * <p>A write never throws for what the catalog does, but says node by node what it confirmed, what it refused and what
 * never reached it, so that one bad entry holds up no other and nothing counts as written that was not.
 */
package org.nodebridge.registry.catalog;
