// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Calls of {@link CallableNode}s one after the other, some dozens each second, by what a registry answers. */
final class RoutedCalls implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int LATEST = 20;

    private final RouteCaller caller;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread thread = new Thread(this::go, "routed-calls");
    private final AtomicLong made = new AtomicLong();
    private final Queue<String> latest = new ConcurrentLinkedQueue<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    RoutedCalls(RouteCaller caller) {
        this.caller = caller;
        thread.setDaemon(true);
        thread.start();
    }

    private void go() {
        while (!closed) {
            try {
                latest.add(http.send(HttpRequest.newBuilder(caller.next()).timeout(Duration.ofSeconds(5)).build(),
                        BodyHandlers.ofString()).body());
                if (latest.size() > LATEST) {
                    latest.remove();
                }
            } catch (IOException | IllegalStateException e) {
                failures.add(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + e);
            } catch (InterruptedException e) {
                return;
            }
            made.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits until some calls in a row have reached these nodes and no others. */
    void awaitOnly(Set<String> nodeIds) {
        eventually().until(() -> latest.size() >= LATEST && nodeIds.containsAll(latest));
    }

    long made() {
        return made.get();
    }

    void forgetFailures() {
        failures.clear();
    }

    /** Each with its time, which shows what was going on. */
    List<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
