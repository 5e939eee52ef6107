// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.nodebridge.registry.event.NodeType;

/**
 * What nodes are asked on Kafka.
 *
 * @param reason as the wire format lists them
 * @param types of the nodes that shall answer; {@code null} for all
 * @param timeout how long they may take, 1 to 30,000 milliseconds
 * @param correlationId what their introspection events will carry
 * @param origin the correlation id of the request that caused the question, not always a UUID; {@code null} for none
 */
public record IntrospectionQuestion(
        String reason, List<NodeType> types, Duration timeout, UUID correlationId, String origin) {}
