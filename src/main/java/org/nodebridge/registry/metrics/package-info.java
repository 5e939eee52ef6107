// SPDX-License-Identifier: Apache-2.0
/**
 * Every metric name and label in one class, {@link org.nodebridge.registry.metrics.RegistryMetrics}.
 *
 * <p>This equation holds: records consumed + manual events + dead letters replayed = the sum of {@code
 * registry_events_total} over all kinds and results + events that PostgreSQL refused. An event counts when the batch it
 * came in is done, so one that is delivered twice counts twice. Labels have few values; a node id is never one.
 */
package org.nodebridge.registry.metrics;
