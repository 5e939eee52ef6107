// SPDX-License-Identifier: Apache-2.0
/**
 * The replicas: which exist, and which one leads.
 *
 * <p>The leader holds a short lease in PostgreSQL and renews it. A leader that was stopped, paused or cut off cannot
 * know that another has taken over. Therefore every change of the lease's holder increases a fencing token, and every
 * act that only a leader may do checks that token in its own transaction. Registering nodes needs nothing of this: any
 * replica does it.
 */
package org.nodebridge.registry.cluster;
