// SPDX-License-Identifier: Apache-2.0
/**
 * What the registry must hold after any events in any order, and events to try it with.
 *
 * <p>Pure: no server, no clock of its own, nothing of the application. Of each node the event with the highest (epoch,
 * time, id) alone decides what is to be known of it, so the {@link org.nodebridge.registry.model.Fold} of the events is
 * the same however they were shuffled, doubled or spread over partitions.
 *
 * <p>A node's clock does not run backwards over its restarts: times grow with epochs here. Without that, events with
 * and without an epoch have no order that everybody could agree on, and RATIONALE.md says so.
 */
package org.nodebridge.registry.model;
