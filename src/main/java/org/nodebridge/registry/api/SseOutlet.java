package org.nodebridge.registry.api;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.changes.Outlet;
import org.nodebridge.registry.changes.StreamEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that watches, at the other end of a response that stays open. */
final class SseOutlet implements Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(SseOutlet.class);

    private final SseEventSink sink;
    private final Sse sse;
    private final String client;

    SseOutlet(SseEventSink sink, Sse sse, String client) {
        this.sink = sink;
        this.sse = sse;
        this.client = client;
    }

    @Override
    public CompletionStage<?> send(StreamEvent event) {
        try {
            return sink.send(outbound(event));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e); // closed meanwhile
        }
    }

    @Override
    public void close() {
        try {
            sink.close();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("client", client).addKeyValue("reason", e.getMessage())
                    .log("A stream has not ended as it should");
        }
    }

    @Override
    public String client() {
        return client;
    }

    private OutboundSseEvent outbound(StreamEvent event) {
        OutboundSseEvent.Builder builder = sse.newEventBuilder();
        if (event.name() == null) {
            return builder.comment(event.data()).build();
        }
        if (event.id() != null) {
            builder.id(event.id().toString());
        }
        return builder.name(event.name()).data(event.data()).build();
    }
}
