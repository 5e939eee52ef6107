// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import java.util.function.UnaryOperator;

/**
 * A message and where its trace is to be found.
 *
 * @param source what it is known by later, itself and no equal
 * @param nodeId the node that it is about; {@code null} when it cannot be read
 * @param correlationId may be {@code null}
 * @param header the text of a header by its name; {@code null} when there is none
 */
public record ReceivedMessage(
        Object source, String topic, int partition, long offset, String nodeId, String correlationId,
        UnaryOperator<String> header) {}
