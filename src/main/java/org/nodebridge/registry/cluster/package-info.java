// SPDX-License-Identifier: Apache-2.0
/**
 * The replicas among themselves: which are there, and which one leads.
 *
 * <p>The leader holds a lease in PostgreSQL for a short time and renews it. A leader that was stopped, paused or cut
 * off cannot know that another has taken over; therefore every change of the lease's holder counts up a token, and what
 * only a leader may do checks that token where it takes effect. Nothing here is needed for registering nodes: that any
 * replica does.
 */
package org.nodebridge.registry.cluster;
