// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.nodebridge.registry.store.jdbc.StoreException;

/**
 * One client's place in the stream. It sends one event at a time, the next when the client has taken the last, on
 * whatever thread the executor gives; it never waits on one. Safe from many threads.
 */
final class Watcher implements LargeEvents.Client {

    /** How long a client may leave an event untaken where no other waits for it. */
    static final Duration LONGEST_STALL = Duration.ofSeconds(30);

    /** So many events at once, and then it is another watcher's turn. */
    private static final int MOST_AT_ONCE = 100;

    private final EventSink outlet;
    private final String nodeType;
    private final ChangeFeed feed;
    private final LargeEvents large;
    private final Executor executor;
    private final Log log;

    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean sending;
    private final AtomicReference<String> comment = new AtomicReference<>();
    private volatile boolean resuming = true;
    private volatile boolean waiting;
    private volatile long lastActAt = System.nanoTime();

    // of whoever drains
    private Iterator<StreamEvent> head;
    private SnapshotReader snapshot;
    private Iterator<StreamEvent> changes = Collections.emptyIterator();
    private long revision;
    private long revisionBefore;
    private boolean overrun;

    /**
     * @param nodeType sends nothing about nodes of other types, or {@code null}
     * @param start what comes first, and from where changes follow
     * @param large shared with all others
     * @param log told what becomes of it
     */
    Watcher(
            EventSink outlet, String nodeType, Start start, ChangeFeed feed, LargeEvents large, Executor executor,
            Log log) {
        this.outlet = outlet;
        this.nodeType = nodeType;
        this.head = start.events().stream().filter(event -> event.concerns(nodeType)).iterator();
        this.revision = start.revision();
        this.snapshot = start.snapshot();
        this.feed = feed;
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
        } else if (!sending && resuming && !waiting) {
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
                log.waiting(e); // tried again at the next tick
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
            if (overrun) {
                cut("overrun");
                return true;
            }
            if (sent == MOST_AT_ONCE) {
                return false;
            }
            if (waiting && comment.get() == null && !large.isTurnOf(this)) {
                return true; // and reads nothing until then
            }
            StreamEvent event = next();
            if (event != null && !large.take(event, this, System.nanoTime())) {
                back();
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
            outlet.send(event).whenComplete((taken, failure) -> {
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
        String said = comment.getAndSet(null);
        if (said != null) {
            return StreamEvent.comment(said);
        }
        if (head.hasNext()) {
            return head.next();
        }
        while (snapshot != null) {
            StreamEvent registration = snapshot.next();
            if (registration == null) {
                snapshot = null;
                return StreamEvent.snapshotEnd(revision);
            }
            if (registration.concerns(nodeType)) {
                return registration;
            }
        }
        while (true) {
            while (changes.hasNext()) {
                StreamEvent change = changes.next();
                revisionBefore = revision;
                revision = change.id();
                if (change.concerns(nodeType)) {
                    return change;
                }
            }
            Optional<List<StreamEvent>> more = feed.next(revision);
            if (more.isPresent()) {
                resuming = false;
            } else if (resuming) {
                more = feed.resumed(revision);
            }
            if (more.isEmpty()) {
                overrun = true;
                return StreamEvent.notice("overrun", "too_slow");
            }
            if (more.get().isEmpty()) {
                return null;
            }
            changes = more.get().iterator();
        }
    }

    /** Lets go of the large event that was the next, and of what was read with it. */
    private void back() {
        if (snapshot != null) {
            snapshot.back();
        } else {
            changes = Collections.emptyIterator();
            revision = revisionBefore;
        }
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

        /** The last that is heard of it; told once or twice. */
        void ended(Watcher watcher);
    }
}
