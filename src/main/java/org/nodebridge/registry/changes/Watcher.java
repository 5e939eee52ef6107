// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.nodebridge.registry.store.jdbc.StoreException;

/**
 * One client's place in the stream. It sends one event at a time, the next when the client has taken the last, on any
 * thread of the executor, and never blocks it. Safe from many threads.
 */
final class Watcher implements LargeEvents.Client {

    /** How long a client may leave an event untaken where no other waits for it. */
    static final Duration LONGEST_STALL = Duration.ofSeconds(30);

    /** So many events at once, and then it is another watcher's turn. */
    private static final int MOST_AT_ONCE = 100;

    private final EventSink outlet;
    private final LargeEvents large;
    private final Executor executor;
    private final Log log;

    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean sending;
    private final AtomicReference<String> comment = new AtomicReference<>();
    private volatile boolean waiting;
    private volatile boolean unread;
    private volatile long lastActAt = System.nanoTime();

    // used only by the thread that drains
    private final StreamPlace place;

    /**
     * @param nodeType sends nothing about nodes of other types, or {@code null}
     * @param start what comes first, and from where changes follow
     * @param large shared with all others
     * @param log receives the outcome
     */
    Watcher(
            EventSink outlet, String nodeType, Start start, ChangeFeed feed, LargeEvents large, Executor executor,
            Log log) {
        this.outlet = outlet;
        this.place = new StreamPlace(nodeType, start, feed);
        this.large = large;
        this.executor = executor;
        this.log = log;
    }

    /** There may be something to send. */
    @Override
    public void wake() {
        if (!closed && calls.getAndIncrement() == 0) {
            submit();
        }
    }

    /** Tells the client something that is no event, as soon as that is possible. */
    void say(String text) {
        comment.set(text);
        wake();
    }

    /**
     * To be called every second or so: says that it lives when nothing else has been said for so long, goes on with
     * what could not be read, and cuts a client that has not taken an event for too long.
     *
     * @param now by {@link System#nanoTime}
     */
    void tick(long now, Duration heartbeatInterval) {
        long quiet = now - lastActAt;
        if (sending && quiet > LONGEST_STALL.toNanos()) {
            cut("stalled");
        } else if (!sending && quiet >= heartbeatInterval.toNanos()) {
            // what is to be said says that too
            comment.compareAndSet(null, "heartbeat");
            wake();
        } else if (!sending && (unread || place.resuming()) && !waiting) {
            wake();
        }
    }

    @Override
    public void crowdOut() {
        cut("stalled");
    }

    /** Ends the stream. */
    void close() {
        if (!closed) {
            closed = true;
            try {
                outlet.close();
            } finally {
                large.leave(this);
                log.ended(this);
            }
        }
    }

    /** Whether it is sent the nodes of other regions too. */
    boolean allRegions() {
        return place.allRegions();
    }

    /** Whose place it has. */
    String caller() {
        return outlet.caller();
    }

    /** Who it is, for the log. */
    String client() {
        return outlet.client();
    }

    private void submit() {
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
            close(); // the registry stops
        }
    }

    private void drain() {
        int seen = calls.get();
        do {
            try {
                if (!sendWhatThereIs()) {
                    submit(); // others wait for the thread too
                    return;
                }
            } catch (StoreException e) {
                unread = true; // tried again at the next tick
                log.waiting(e);
            } catch (RuntimeException e) {
                log.failed(this, e);
                close();
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Whether that was all for now. */
    private boolean sendWhatThereIs() {
        for (int sent = 0; !closed && !sending; sent++) {
            if (place.overrun()) {
                cut("overrun");
                return true;
            }
            if (sent == MOST_AT_ONCE) {
                return false;
            }
            if (waiting && comment.get() == null && !large.isTurnOf(this)) {
                return true; // and reads nothing until then
            }
            String said = comment.getAndSet(null);
            StreamEvent event = said == null ? next() : StreamEvent.comment(said);
            if (place.broken()) {
                close(); // it comes back, and learns why it begins again
                return true;
            }
            if (event != null && !large.take(event, this, System.nanoTime())) {
                place.back();
                waiting = true;
                if (closed) {
                    large.leave(this);
                }
                return true;
            }
            if (waiting && (event == null || event.name() != null)) {
                waiting = false;
                large.leave(this);
            }
            if (event == null) {
                return true;
            }
            lastActAt = System.nanoTime();
            sending = true;
            outlet.send(event, said == null ? place.id(event) : null).whenComplete((taken, failure) -> {
                lastActAt = System.nanoTime();
                large.sent(event, this);
                sending = false;
                if (failure == null) {
                    log.sent(event);
                    wake();
                } else {
                    close(); // the client is gone
                }
            });
        }
        return true;
    }

    private StreamEvent next() {
        StreamEvent event = place.next();
        unread = false;
        return event;
    }

    private void cut(String reason) {
        if (!closed) {
            log.cut(this, reason);
            close();
        }
    }

    /** What becomes of watchers. */
    interface Log {

        void sent(StreamEvent event);

        /** @param reason overrun or stalled */
        void cut(Watcher watcher, String reason);

        void waiting(StoreException reason);

        void failed(Watcher watcher, RuntimeException failure);

        /** The last call for it; comes once or twice. */
        void ended(Watcher watcher);
    }
}
