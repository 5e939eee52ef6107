// SPDX-License-Identifier: Apache-2.0
/**
 * Finds nodes whose lease has ended, probes them, and expires those that do not answer.
 *
 * <p>{@link org.nodebridge.registry.lease.LeaseExpiry} is the entry point: every replica watches for outages, the
 * leader sweeps leases. {@link org.nodebridge.registry.lease.ExpiryPlan} decides,
 * {@link org.nodebridge.registry.lease.Transition} lists the states,
 * {@link org.nodebridge.registry.lease.LeaseRepository} changes them. The danger is to take a dead network for dead
 * nodes. So nothing expires while this registry may not hear all nodes
 * ({@link org.nodebridge.registry.lease.ExpirySuspension}), afterwards every lease has its whole time once more
 * ({@link org.nodebridge.registry.lease.QuietPeriod}), and when too many nodes of a kind fall silent at once none of
 * them expires for silence alone.
 */
package org.nodebridge.registry.lease;
