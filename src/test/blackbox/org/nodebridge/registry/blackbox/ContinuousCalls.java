// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Calls one after the other, by default some hundreds each second, until it is closed. */
final class ContinuousCalls implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(2);

    private final MeshCaller caller;
    private final Duration pause;
    private final Thread thread = new Thread(this::go, "calls");
    private final AtomicLong made = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** Returns when the first calls have been answered. */
    ContinuousCalls(String target) {
        this(target, PAUSE);
    }

    /** The same with fewer calls. */
    ContinuousCalls(String target, Duration pause) {
        caller = new MeshCaller(target);
        this.pause = pause;
        thread.setDaemon(true);
        thread.start();
        awaitMore(10);
    }

    private void go() {
        while (!closed) {
            try {
                caller.call();
            } catch (StatusRuntimeException e) {
                if (!closed) {
                    failures.add(e.getStatus().toString());
                }
            }
            made.incrementAndGet();
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** Waits for that many calls to begin and end from now on. */
    void awaitMore(int calls) {
        // the one that has begun is none of them
        long until = made.get() + calls + 1;
        eventually().atMost(Duration.ofMinutes(4)).until(() -> made.get() >= until);
    }

    List<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        closed = true;
        caller.close();
    }
}
