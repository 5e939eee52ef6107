// SPDX-License-Identifier: Apache-2.0
/**
 * Kafka: the nodes' events come in, dead letters and the registry's own requests go out.
 *
 * <p>The only package with channels. This package acknowledges a batch after PostgreSQL has committed it and Kafka has
 * confirmed its dead letters; until then its offsets stay where they are. Heartbeats are collected over several batches
 * and written as one, and the offsets of all these batches wait for that write. A record that cannot be applied is
 * dead-lettered; an outage never is, it holds the channel. Reactive Messaging calls on Vert.x threads, which know no
 * JNDI names and no transactions, so every batch is handed to a managed executor, and every bean that holds a container
 * resource is created at start.
 */
package org.nodebridge.registry.kafka;
