// SPDX-License-Identifier: Apache-2.0
/**
 * Publishes changes on Kafka, each change once and in the order of the revisions.
 *
 * <p>{@link org.nodebridge.registry.topology.TopologyPublisher} runs on the leader. There is no transaction over Kafka
 * and PostgreSQL, so the topic itself says how far it is: a message carries the revision it goes up to, in the
 * transaction that makes it visible. A new leader first fences the one before, by taking over its transactional id, and
 * then reads from the end of the topic what that one has committed. The row in PostgreSQL only serves where the topic
 * is empty.
 *
 * <p>Messages are made from the history alone, so that they describe the state at their revision.
 * {@code KafkaTopologyTopic} publishes them.
 */
package org.nodebridge.registry.topology;
