// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.event.NodeType;

/** Where nodes are asked to introduce themselves. Safe for many threads; nothing here waits. */
public interface IntrospectionTopic {

    /** Completes when the broker has confirmed the request, exceptionally when it has not within ten seconds. */
    CompletionStage<Void> ask(IntrospectionQuestion question);

    /**
     * Completes when the broker has confirmed the request, exceptionally when it has not within ten seconds.
     *
     * @param reason as the wire format lists them
     * @param type of the nodes that shall answer; {@code null} for all
     */
    CompletionStage<Void> ask(String reason, NodeType type);
}
