// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that watches, at the other end of a response that stays open. Writes in pieces and only what the container
 * says it can take; where that waits for the client all the same, one thread does, and no other takes its place. It is
 * never one of the container's, which serve requests. Safe from many threads, by turns and without a lock: the
 * container calls us while it holds one of its own, which it also wants when we write.
 */
final class EventStreamSink implements EventSink, WriteListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamSink.class);

    /** Less than the container's buffer: it writes one that is full at once, and waits for the client then. */
    private static final int PIECE = 8 << 10;

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final String client;
    private final String caller;
    private final Executor writers;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean open;

    private final AtomicReference<Sending> sending = new AtomicReference<>();
    /** From the beginning: Liberty ignores the first flush of a response, and would keep the first event back. */
    private volatile boolean unflushed = true;

    /**
     * To be given to the stream as its write listener.
     *
     * @param writers the threads that may wait for a client
     */
    EventStreamSink(AsyncContext context, ServletOutputStream out, String client, String caller, Executor writers) {
        this.context = context;
        this.out = out;
        this.client = client;
        this.caller = caller;
        this.writers = writers;
    }

    @Override
    public CompletionStage<?> send(StreamEvent event, String id) {
        Sending next = new Sending(new EventText(event, id), new CompletableFuture<>());
        sending.set(next);
        goOn();
        return next.taken();
    }

    @Override
    public void onWritePossible() {
        open = true;
        try {
            writers.execute(this::goOn);
        } catch (RejectedExecutionException e) {
            fail(e); // the registry stops
        }
    }

    @Override
    public void onError(Throwable failure) {
        fail(failure);
    }

    /** The container has ended the stream, for any reason: there may be no client left to write to. */
    @Override
    public void onComplete(AsyncEvent event) {
        closed.set(true);
        fail(new IOException("the stream has ended"));
    }

    @Override
    public void onError(AsyncEvent event) {
        fail(event.getThrowable() == null ? new IOException("the stream has failed") : event.getThrowable());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        fail(new IOException("the stream has timed out"));
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // it is not begun again
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
        for (Sending now = sending.get(); now != null; now = sending.get()) {
            if (closed.get()) {
                throw new IOException("the stream has ended");
            }
            if (!open || !out.isReady()) {
                return;
            }
            if (unflushed) {
                unflushed = false;
                out.flush();
            } else if (now.unwritten().hasMore()) {
                byte[] piece = now.unwritten().next(PIECE);
                unflushed = true;
                out.write(piece);
            } else if (sending.compareAndSet(now, null)) {
                now.taken().complete(null);
            }
        }
    }

    private void fail(Throwable failure) {
        Sending failed = sending.getAndSet(null);
        if (failed != null) {
            failed.taken().completeExceptionally(failure);
        }
    }

    /** What is on its way. Nothing else here holds the event, so that it is let go at once when the client is cut. */
    private record Sending(EventText unwritten, CompletableFuture<Void> taken) {}
}
