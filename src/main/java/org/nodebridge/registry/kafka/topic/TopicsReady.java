// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

/**
 * A CDI event of a start: the broker answers and the topics exist. An observer that throws is called again later, with
 * all others.
 */
public record TopicsReady() {}
