// SPDX-License-Identifier: Apache-2.0
/**
 * Records that are read a second time: dead letters that may be readable by now, and whole topics from which a lost
 * database is built again.
 *
 * <p>Both go straight to the use case, never into an input topic: there they would get a new place among records that
 * nobody asked for again, and one that fails once more would become a dead letter of a dead letter. The version guard
 * makes it safe to apply any record at any time and any number of times. What counts as receipt is when Kafka had the
 * record, so that a clock that ran ahead then is set back to then and not to now.
 *
 * <p>A dead letter is done when PostgreSQL has it, and that is noted; what fails once more goes to the quarantine topic
 * and is noted when Kafka has confirmed it; whatever else happens leaves it open. A replay of topics leaves Consul
 * alone until its end. Of each kind one runs at a time, by a lease, over all replicas.
 *
 * <p>Topics are read here beside the consumer group, by consumers that live for one call and commit nothing.
 */
package org.nodebridge.registry.replay;
