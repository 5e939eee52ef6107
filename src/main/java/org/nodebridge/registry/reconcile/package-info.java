// SPDX-License-Identifier: Apache-2.0
/**
 * Makes Consul converge to PostgreSQL, and shows where it has not yet.
 *
 * <p>{@link org.nodebridge.registry.reconcile.PendingWritesSweep} carries out pending Consul writes, on every replica,
 * every second. Rows are found by their state, never by "last id", so none can be skipped; two replicas that write the
 * same row write the same content, because it is read from the row.
 *
 * <p>{@link org.nodebridge.registry.reconcile.ReconciliationRun}, on the leader alone, compares all of Consul with all
 * of PostgreSQL and repairs what another program has changed. It reads the rows, then Consul, then the rows of the
 * differences again, so that a concurrent change is no difference. Writing an entry is safe at any time. Removing one
 * is not: {@link org.nodebridge.registry.reconcile.DeletionSafety} says when it is forbidden, and a run removes no more
 * than a share. Nothing without our owner mark is ever touched, and no Consul node is ever removed.
 *
 * <p>{@link org.nodebridge.registry.drift.StoreComparisons} says the same of one node, for a client that asks now, and
 * repairs nothing.
 */
package org.nodebridge.registry.reconcile;
