// SPDX-License-Identifier: Apache-2.0
/**
 * Where callers discover nodes: the port {@link org.nodebridge.registry.catalog.ServiceCatalog} and its types. Consul,
 * in {@code catalog.consul}, is the only adapter, and its messages name it.
 *
 * <p>A write never throws for an answer of the catalog, but reports node by node what it confirmed, what it refused and
 * what never reached it, so that one bad entry holds up no other and nothing counts as written that was not.
 */
package org.nodebridge.registry.catalog;
