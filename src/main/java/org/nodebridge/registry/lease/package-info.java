// SPDX-License-Identifier: Apache-2.0
/**
 * Nodes that go silent: found when their lease ends, probed, and given up only when that is certain enough.
 *
 * <p>{@link org.nodebridge.registry.lease.LeaseExpiry} is where it begins: every replica watches for trouble, the
 * leader looks at leases. {@link org.nodebridge.registry.lease.ExpiryPlan} decides, {@code store.Transition} lists the
 * states, {@code store.LeaseRepository} changes them. What this package must be afraid of is taking a dead network for
 * dead nodes: nothing happens while this registry cannot hear everybody
 * ({@link org.nodebridge.registry.lease.ExpirySuspension}), after that every lease has its whole time once more
 * ({@link org.nodebridge.registry.lease.QuietPeriod}), and when too many nodes of a kind fall silent at once none of
 * them is given up for silence alone.
 */
package org.nodebridge.registry.lease;
