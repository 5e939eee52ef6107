// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who registers nodes manually, each time with another version, and reads them at once, at whichever replica
 * is ready and at the other in its place when a connection fails: as behind a load balancer.
 */
final class ManualTraffic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManualTraffic.class);
    private static final int NODES = 20;
    private static final int EVERY_MILLIS = 100;

    private final List<Registry> replicas;
    private final String prefix = Registry.uniqueId("by-hand");
    private final Map<String, Integer> registered = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int turn;
    private int writes;
    private int reads;
    private int elsewhere;

    ManualTraffic(List<Registry> replicas) {
        this.replicas = replicas;
        clock.scheduleWithFixedDelay(this::registerAndRead, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends it; returns when the last answer is there. */
    @Override
    public void close() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(2, TimeUnit.MINUTES);
    }

    String prefix() {
        return prefix;
    }

    /** Node id to the last version that was accepted. */
    synchronized Map<String, Integer> registered() {
        return new TreeMap<>(registered);
    }

    /** Answers that nobody should have got, and reads that did not show what had been written. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    synchronized String summary() {
        return "%d manual registrations and %d reads, %d of them at the other replica after a connection had failed"
                .formatted(writes, reads, elsewhere);
    }

    private synchronized void registerAndRead() {
        try {
            PlainNode node = new PlainNode(prefix + "-" + turn % NODES);
            int version = registered.getOrDefault(node.id(), 0) + 1;
            ObjectNode payload = node.payload();
            payload.withObject("/metadata").put("version", version + ".0.0");
            String key = node.id() + "-" + version;
            Optional<Answer> written = anywhere(registry -> Registry
                    .asOperator(registry.request("/api/v1/registrations"))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofByteArray(Json.utf8(payload))));
            if (written.isEmpty() || written.get().status() / 100 != 2) {
                wrong.add("registration of " + key + ": " + written);
                return;
            }
            writes++;
            registered.put(node.id(), version);
            Optional<Answer> read = anywhere(
                    registry -> Registry.as("reader", registry.request("/api/v1/registrations/" + node.id())).GET());
            if (read.isEmpty() || read.get().status() != 200 || !read.get().body().contains(version + ".0.0")) {
                wrong.add("read of " + key + ": " + read);
            }
            reads++;
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("a manual call");
            wrong.add(e.toString());
        }
    }

    private interface Call {
        HttpRequest.Builder to(Registry registry);
    }

    /** Empty when no replica was ready and took it. */
    private Optional<Answer> anywhere(Call call) {
        turn++;
        for (int i = 0; i < replicas.size(); i++) {
            Registry replica = replicas.get((turn + i) % replicas.size());
            if (!isReady(replica)) {
                continue;
            }
            try {
                return Optional.of(replica.send(call.to(replica)));
            } catch (IllegalStateException e) {
                elsewhere++;
            }
        }
        return Optional.empty();
    }

    private static boolean isReady(Registry replica) {
        try {
            return replica.liberty().status("/health/ready") == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
