// SPDX-License-Identifier: Apache-2.0
/**
 * Kafka's settings, and what they become for the connector's channels and for clients beside these.
 *
 * <p>{@link org.nodebridge.registry.config.kafka.ChannelSettings}, a source of MicroProfile Config, derives the
 * properties of the channels ({@code mp.messaging.*}) from the settings. Its ordinal is lower than that of properties
 * files: a property of the connector that is set anywhere else wins.
 */
package org.nodebridge.registry.config.kafka;
