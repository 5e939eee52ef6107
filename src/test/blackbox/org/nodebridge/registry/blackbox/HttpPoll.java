// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Asks a registry without a break, and sends it broken requests meanwhile, until it is closed. */
final class HttpPoll implements AutoCloseable {

    private static final List<String> PATHS = List.of(
            "/api/v1/registrations?limit=1000", "/api/v1/registrations?fields=node_id&count=true", "/health/live",
            "/health", "/api/v1/health", "/metrics", "/api/v1/dead-letters?limit=20", "/api/v1/drift");

    private final Registry registry;
    private final HostileInput hostile = new HostileInput("poll");
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<String> failures = new ArrayList<>();
    private final CompletableFuture<Void> done;
    private volatile boolean closed;
    private double highestHeapMb;
    private int answers;

    HttpPoll(Registry registry) {
        this.registry = registry;
        done = CompletableFuture.runAsync(this::poll, thread);
    }

    /** Every answer of 500 and above, and every request without an answer; to be read after {@link #close()}. */
    List<String> failures() {
        return failures;
    }

    /** The most heap in use that {@code /metrics} said, in mebibytes. */
    long highestHeapMb() {
        return Math.round(highestHeapMb);
    }

    int answers() {
        return answers;
    }

    @Override
    public void close() {
        closed = true;
        done.join();
        thread.shutdown();
    }

    private void poll() {
        while (!closed) {
            PATHS.forEach(path -> note(path, () -> Registry.as("operator", registry.request(path)).GET()));
            highestHeapMb = Math.max(highestHeapMb, Metrics.of(registry).value("memory_usedHeap_bytes") / (1 << 20));
            for (byte[] body : hostile.mutations(PlainNode.unique("by-http").payload().toString(), 3)) {
                note("POST " + new String(body, UTF_8), () -> Registry
                        .asOperator(registry.request("/api/v1/registrations"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body)));
            }
            for (String text : hostile.randomTexts(2)) {
                note(text, () -> Registry.asOperator(registry.request("/api/v1/registrations/" + text)).GET());
                note(text, () -> Registry.asOperator(registry.request("/api/v1/registrations?cursor=" + text)).GET());
            }
        }
    }

    private void note(String what, Supplier<HttpRequest.Builder> request) {
        try {
            int status = registry.send(request.get()).status();
            answers++;
            if (status >= 500) {
                failures.add(status + " to " + what);
            }
        } catch (IllegalStateException noAnswer) {
            failures.add(noAnswer.getCause() + " to " + what);
        }
    }
}
