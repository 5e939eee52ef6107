// SPDX-License-Identifier: Apache-2.0
/**
 * Topics: whether they exist, what lies in a range of their offsets, and records that are published to them.
 *
 * <p>All publishing and reading of topics goes through these classes, on one producer for all.
 */
package org.nodebridge.registry.kafka.topic;
