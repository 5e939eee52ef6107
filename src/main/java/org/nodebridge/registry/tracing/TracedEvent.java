// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;

/**
 * An event, or several of one request, that brings a trace.
 *
 * @param source the message that it came in; {@code null} for a request
 * @param nodeId the node by which it is found in a batch
 * @param attributes what all its spans carry
 * @param context of the span that its writes are children of
 * @param ours whether we have begun that span, and end it
 */
public record TracedEvent(Object source, String nodeId, Attributes attributes, Context context, boolean ours) {

    static final AttributeKey<String> NODE_ID = AttributeKey.stringKey("nodebridge.node_id");
    static final AttributeKey<String> CORRELATION_ID = AttributeKey.stringKey("nodebridge.correlation_id");

    /** Either may be {@code null}. */
    static Attributes attributes(String nodeId, String correlationId) {
        AttributesBuilder attributes = Attributes.builder();
        if (nodeId != null) {
            attributes.put(NODE_ID, nodeId);
        }
        if (correlationId != null) {
            attributes.put(CORRELATION_ID, correlationId);
        }
        return attributes.build();
    }

    /** The same, found by another node. */
    public TracedEvent by(String otherNodeId) {
        return new TracedEvent(source, otherNodeId, attributes, context, ours);
    }

    Span span() {
        return Span.fromContext(context);
    }
}
