// SPDX-License-Identifier: Apache-2.0
/**
 * PostgreSQL, the record of truth: one row of {@code tool_registrations} per node.
 *
 * <p>The guard against old, doubled and crossed events is in SQL ({@code registration_is_newer}), so replicas cannot
 * race past it. A departed node keeps its row as a tombstone with its version, so that a late introspection does not
 * revive it. {@code revision} counts what Consul should have; while Consul has not confirmed it, {@code pending_writes}
 * has a row of the node, which a trigger makes and the confirmation deletes.
 *
 * <p>Only the repositories hold SQL, the entity manager, Jdbi and transactions, and no transaction outlives a
 * repository call. Every repository call throws {@link org.nodebridge.registry.store.jdbc.StoreUnavailableException}
 * when PostgreSQL cannot be reached and {@link org.nodebridge.registry.store.jdbc.StoreRefusedException} when it
 * refuses the data.
 */
package org.nodebridge.registry.store;
