// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.concurrent.CompletionStage;

/** The way to one client. Its only implementation outside of tests is in {@code api}, which nothing may depend on. */
public interface EventSink {

    /**
     * Begins to send an event, and does not wait for the client. Not called again before the event is sent.
     *
     * @param id after which the client goes on when it comes back, {@code null} for none
     * @return completes when the client can take the next one, exceptionally when it is gone
     */
    CompletionStage<?> send(StreamEvent event, String id);

    /** Ends the stream; may be called more than once, and from any thread. */
    void close();

    /** Who it is, for the log. */
    String client();

    /** Whose it is: streams of one caller are counted together. */
    default String caller() {
        return client();
    }
}
