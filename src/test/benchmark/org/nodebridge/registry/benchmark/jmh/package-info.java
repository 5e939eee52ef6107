// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks of what every record goes through before any store does: reading it, and keeping the newest of each
 * node. Their code is generated only by a build with the profile {@code benchmark}.
 */
package org.nodebridge.registry.benchmark.jmh;
