// SPDX-License-Identifier: Apache-2.0
/**
 * The last hour of this replica in figures, for charts: a fixed set of series, sampled from its own meters.
 *
 * <p>All of it is in memory and bounded: 240 samples of the {@link org.nodebridge.registry.statistics.Series}, so it is
 * answered without any other server, and a restart begins it again. What is to be kept for longer, or summed over
 * replicas, is a matter for Prometheus.
 */
package org.nodebridge.registry.statistics;
