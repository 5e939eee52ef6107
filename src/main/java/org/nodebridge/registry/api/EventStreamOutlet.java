package org.nodebridge.registry.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.changes.Outlet;
import org.nodebridge.registry.changes.StreamEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that watches, at the other end of a response that stays open. Writes only what the container can take at
 * once, so that no thread waits for a client. Safe from many threads.
 */
final class EventStreamOutlet implements Outlet, WriteListener {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamOutlet.class);

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final String client;
    private boolean open;
    private boolean closed;

    // of the event that is on its way
    private byte[] unwritten;
    private boolean unflushed;
    private CompletableFuture<Void> taken;

    /** To be given to the stream as its write listener. */
    EventStreamOutlet(AsyncContext context, ServletOutputStream out, String client) {
        this.context = context;
        this.out = out;
        this.client = client;
    }

    @Override
    public CompletionStage<?> send(StreamEvent event) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        synchronized (this) {
            unwritten = bytes(event);
            unflushed = true;
            taken = sent;
        }
        goOn();
        return sent;
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            open = true;
        }
        goOn();
    }

    @Override
    public void onError(Throwable failure) {
        fail(failure);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        fail(new IOException("the stream has ended"));
        try {
            context.complete();
        } catch (RuntimeException e) {
            // the container has ended it already, as it does when the client is gone
            LOG.atDebug().addKeyValue("client", client).addKeyValue("reason", e.getMessage())
                    .log("A stream had ended before");
        }
    }

    @Override
    public String client() {
        return client;
    }

    /** Writes and flushes as far as that is possible now; the container calls when it is possible again. */
    private void goOn() {
        CompletableFuture<Void> done;
        try {
            done = advanced();
        } catch (IOException | RuntimeException e) {
            fail(e);
            return;
        }
        if (done != null) {
            done.complete(null);
        }
    }

    private synchronized CompletableFuture<Void> advanced() throws IOException {
        if (closed && taken != null) {
            throw new IOException("the stream has ended");
        }
        while (open && taken != null && out.isReady()) {
            if (unwritten != null) {
                byte[] bytes = unwritten;
                unwritten = null;
                out.write(bytes);
            } else if (unflushed) {
                unflushed = false;
                out.flush();
            } else {
                CompletableFuture<Void> done = taken;
                taken = null;
                return done;
            }
        }
        return null;
    }

    private void fail(Throwable failure) {
        CompletableFuture<Void> failed;
        synchronized (this) {
            failed = taken;
            taken = null;
        }
        if (failed != null) {
            failed.completeExceptionally(failure);
        }
    }

    static byte[] bytes(StreamEvent event) {
        StringBuilder text = new StringBuilder(event.data().length() + 64);
        if (event.name() == null) {
            text.append(": ").append(event.data()).append("\n\n");
        } else {
            if (event.id() != null) {
                text.append("id: ").append(event.id()).append('\n');
            }
            text.append("event: ").append(event.name()).append('\n');
            text.append("data: ").append(event.data()).append("\n\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
