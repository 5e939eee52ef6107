// SPDX-License-Identifier: Apache-2.0
/**
 * What a failover of PostgreSQL asks for.
 *
 * <p>A standby that is promoted begins a new timeline. With asynchronous replication what the former primary committed
 * last may be missing on it, though Kafka's offsets are committed, and a former primary that comes back, or was only cut
 * off, takes writes that nobody will see. {@link org.nodebridge.registry.failover.TimelineWatch} knows the highest
 * timeline, in memory and in Consul, and refuses a server on a lower one. {@link
 * org.nodebridge.registry.failover.TopicRewind} has the leader read the topics again, once for each timeline. That no
 * token of a leader and no revision is given out twice is ensured where they are given: in {@code cluster} and by a
 * trigger.
 *
 * <p>A database that is lost and created again has another identity. {@link
 * org.nodebridge.registry.failover.InstallationNotes} says by a note in Consul that this one lives, and finds out which
 * others do not seem to any more, so that our nodes are written over their entries.
 */
package org.nodebridge.registry.failover;
