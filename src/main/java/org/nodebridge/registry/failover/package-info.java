// SPDX-License-Identifier: Apache-2.0
/**
 * What the registry does after a failover of PostgreSQL.
 *
 * <p>A standby that is promoted begins a new timeline. With asynchronous replication what the former primary committed
 * last may be missing on it, though Kafka's offsets are committed, and a former primary that comes back, or was only cut
 * off, takes writes that are lost later. {@link org.nodebridge.registry.failover.TimelineWatch} knows the highest
 * timeline, in memory and in Consul, and refuses a server on a lower one. {@link
 * org.nodebridge.registry.failover.TopicRewind} has the leader read the topics again, once for each timeline. No
 * leader's token and no revision is given out twice: {@code cluster} and a trigger ensure that.
 *
 * <p>A database that is lost and created again has another identity. {@link
 * org.nodebridge.registry.failover.InstallationNotes} renews a note in Consul while this installation lives, and finds
 * the installations whose notes are old, so that our nodes are written over their entries.
 */
package org.nodebridge.registry.failover;
