// SPDX-License-Identifier: Apache-2.0
/**
 * Consul converges to PostgreSQL, and where it has not yet that can be seen.
 *
 * <p>{@link org.nodebridge.registry.reconcile.PendingWritesSweep} carries out pending Consul writes, on every replica,
 * every second. Rows are found by their state, never by "last id", so none can be skipped; two replicas that write the
 * same row write the same content, because it is read from the row.
 *
 * <p>{@link org.nodebridge.registry.reconcile.ReconciliationRun}, on the leader alone, compares all of Consul with all
 * of PostgreSQL and puts right what somebody else has changed. It reads the rows, then Consul, then the rows of the
 * suspects again, so that what moves meanwhile is not taken for wrong. Writing an entry is safe at any time. Removing
 * one is what this package must be afraid of: {@link org.nodebridge.registry.reconcile.DeletionSafety} says when it may
 * not, and a pass removes no more than a share. Nothing without our owner mark is ever touched, and no Consul node is
 * ever removed.
 *
 * <p>{@link org.nodebridge.registry.drift.StoreComparisons} says the same of one node, for whoever looks at it now,
 * and repairs nothing.
 */
package org.nodebridge.registry.reconcile;
