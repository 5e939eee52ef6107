// SPDX-License-Identifier: Apache-2.0
/**
 * {@code mvn -Pbenchmark verify}: how fast the registry is, and how near that is to what its two stores can take.
 *
 * <p>All of it runs on one machine and in one run: the stores' own limits first, then the design's own shape and a
 * Eureka server, then each row of the table, so that a ratio never compares two machines or two days. A throughput
 * counts from the first record that is appended until the last one has its effect in every store it belongs in; a
 * latency counts from the moment a record should have been sent, also when its sender was late.
 *
 * <p>One class is one row. A row that cannot be measured makes the run fail; a slow one never does.
 */
package org.nodebridge.registry.benchmark;
