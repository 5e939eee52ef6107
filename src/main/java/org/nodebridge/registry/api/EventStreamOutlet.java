// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.nodebridge.registry.changes.Outlet;
import org.nodebridge.registry.changes.StreamEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that watches, at the other end of a response that stays open. Writes in pieces and only what the container
 * says it can take; where that waits for the client all the same, one thread does, and no other takes its place. Safe
 * from many threads, by turns and without a lock: the container calls us while it holds one of its own, which it also
 * wants when we write.
 */
final class EventStreamOutlet implements Outlet, WriteListener {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamOutlet.class);

    /** Less than the container's buffer: it writes one that is full at once, and waits for the client then. */
    private static final int PIECE = 8 << 10;

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final String client;
    private final String caller;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean open;

    // of the event that is on its way
    private final AtomicReference<CompletableFuture<Void>> taken = new AtomicReference<>();
    private volatile ByteBuffer unwritten;
    private volatile boolean unflushed;

    /** To be given to the stream as its write listener. */
    EventStreamOutlet(AsyncContext context, ServletOutputStream out, String client, String caller) {
        this.context = context;
        this.out = out;
        this.client = client;
        this.caller = caller;
    }

    @Override
    public CompletionStage<?> send(StreamEvent event) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        unwritten = ByteBuffer.wrap(bytes(event));
        taken.set(sent);
        goOn();
        return sent;
    }

    @Override
    public void onWritePossible() {
        open = true;
        goOn();
    }

    @Override
    public void onError(Throwable failure) {
        fail(failure);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
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

    @Override
    public String caller() {
        return caller;
    }

    /** Goes as far as that is possible now; the container calls when more is. Who is at it already goes on for us. */
    private void goOn() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen;
        do {
            seen = calls.get();
            try {
                advance();
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        } while (calls.addAndGet(-seen) != 0);
    }

    private void advance() throws IOException {
        for (CompletableFuture<Void> sent = taken.get(); sent != null; sent = taken.get()) {
            if (closed.get()) {
                throw new IOException("the stream has ended");
            }
            if (!open || !out.isReady()) {
                return;
            }
            if (unflushed) {
                unflushed = false;
                out.flush();
            } else if (unwritten.hasRemaining()) {
                byte[] piece = new byte[Math.min(unwritten.remaining(), PIECE)];
                unwritten.get(piece);
                unflushed = true;
                out.write(piece);
            } else if (taken.compareAndSet(sent, null)) {
                sent.complete(null);
            }
        }
    }

    private void fail(Throwable failure) {
        CompletableFuture<Void> failed = taken.getAndSet(null);
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
