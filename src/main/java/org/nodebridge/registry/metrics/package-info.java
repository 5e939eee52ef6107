/**
 * Every metric name and label in one class, {@link org.nodebridge.registry.metrics.RegistryMetrics}.
 *
 * <p>The equations that hold between them: events read = applied + unchanged + stale + superseded + unknown + ignored +
 * dead-lettered, counted when the batch they came in is done, so an event delivered twice counts twice. Labels have few
 * values; a node id is never one.
 */
package org.nodebridge.registry.metrics;
