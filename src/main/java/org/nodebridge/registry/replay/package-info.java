// SPDX-License-Identifier: Apache-2.0
/**
 * Records that are read a second time: dead letters that may be readable by now, and whole topics from which a lost
 * database is rebuilt.
 *
 * <p>Both go straight to the use case, never into an input topic: there they would get a new place among other records,
 * and one that fails once more would become a dead letter of a dead letter. The version guard
 * makes it safe to apply any record at any time and any number of times. The time of receipt is when Kafka had the
 * record, so that an event from a clock that ran ahead is bounded by that time and not by now.
 *
 * <p>A dead letter is done when PostgreSQL has it, and that is noted; what fails once more goes to the quarantine topic
 * and is noted when Kafka has confirmed it; in every other case it stays open. A replay of topics leaves Consul
 * alone until its end. Of each kind one runs at a time, by a lease, over all replicas.
 *
 * <p>Topics are read here beside the consumer group, by consumers that live for one call and commit nothing.
 */
package org.nodebridge.registry.replay;
