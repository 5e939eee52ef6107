// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.BoundedNames.NotLookedUpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks many endpoints with a bounded number of threads, each endpoint by one at a time. Safe for many threads. */
final class ConcurrentProbes {

    private static final Logger LOG = LoggerFactory.getLogger(ConcurrentProbes.class);
    private static final Duration LONGEST_SPREAD = Duration.ofMillis(500);
    private static final Duration SPREAD_OF_ONE = Duration.ofMillis(5);

    private final ProbeSettings settings;
    private final HealthProbe probe;
    private final ThreadFactory threads;
    private final Consumer<ProbeResult> counted;
    private final Map<URI, CompletableFuture<ProbeResult>> underWay = new ConcurrentHashMap<>();

    /** @param counted receives every probe once; called by any thread */
    ConcurrentProbes(
            ProbeSettings settings, HealthProbe probe, ThreadFactory threads, Consumer<ProbeResult> counted) {
        this.settings = settings;
        this.probe = probe;
        this.threads = threads;
        this.counted = counted;
    }

    Map<String, ProbeResult> all(Map<String, URI> endpointsByNodeId) {
        Map<URI, CompletableFuture<ProbeResult>> answers = new HashMap<>();
        Queue<URI> ours = new ConcurrentLinkedQueue<>();
        for (URI url : new HashSet<>(endpointsByNodeId.values())) {
            CompletableFuture<ProbeResult> fresh = new CompletableFuture<>();
            CompletableFuture<ProbeResult> earlier = underWay.putIfAbsent(url, fresh);
            if (earlier == null) {
                fresh.thenAccept(counted);
                ours.add(url);
                answers.put(url, fresh);
            } else if (!earlier.isDone()) {
                answers.put(url, earlier);
            }
        }
        Map<URI, ProbeResult> results;
        try {
            Duration time = start(ours);
            results = collect(answers, System.nanoTime() + time.toNanos());
        } finally {
            for (URI left = ours.poll(); left != null; left = ours.poll()) {
                forget(left, answers.get(left));
            }
        }
        return byNode(endpointsByNodeId, results);
    }

    /** Starts the threads that ask, and tells how long all of it can take. */
    private Duration start(Queue<URI> urls) {
        int endpoints = urls.size();
        int workers = Math.min(settings.concurrency(), endpoints);
        long spread = Math.min(LONGEST_SPREAD.toNanos(), SPREAD_OF_ONE.toNanos() * endpoints);
        for (int i = 0; i < workers; i++) {
            try {
                threads.newThread(() -> work(urls, ThreadLocalRandom.current().nextLong(1 + spread)))
                        .start();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("No thread to ask nodes for their health");
                break;
            }
        }
        int rounds = workers == 0 ? 1 : (endpoints + workers - 1) / workers;
        return settings.timeout().multipliedBy(rounds + 1L).plus(LONGEST_SPREAD);
    }

    private void work(Queue<URI> urls, long pauseNanos) {
        // so that nodes behind one address, and the network, do not see them all in one moment
        LockSupport.parkNanos(pauseNanos);
        for (URI url = urls.poll(); url != null; url = urls.poll()) {
            ask(url, underWay.get(url));
        }
    }

    private void ask(URI url, CompletableFuture<ProbeResult> answer) {
        try {
            ProbeResult result = probe.ask(url, answer::complete);
            // only now, for an endpoint must never hold two threads, and before a caller can receive the result
            underWay.remove(url);
            if (!Thread.currentThread().isInterrupted()) {
                answer.complete(result);
            }
        } catch (NotLookedUpException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("A node was not asked for its health");
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("A node could not be asked for its health");
        } finally {
            forget(url, answer);
        }
    }

    private void forget(URI url, CompletableFuture<ProbeResult> answer) {
        underWay.remove(url, answer);
        answer.cancel(false);
    }

    private static Map<URI, ProbeResult> collect(Map<URI, CompletableFuture<ProbeResult>> answers, long end) {
        Map<URI, ProbeResult> results = new HashMap<>();
        for (Map.Entry<URI, CompletableFuture<ProbeResult>> asked : answers.entrySet()) {
            try {
                long left = Math.max(0, end - System.nanoTime());
                results.put(asked.getKey(), asked.getValue().get(left, TimeUnit.NANOSECONDS));
            } catch (TimeoutException | CancellationException e) {
                LOG.atDebug().log("A node was not asked for its health in time");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return results;
    }

    private static Map<String, ProbeResult> byNode(Map<String, URI> endpointsByNodeId, Map<URI, ProbeResult> results) {
        Map<String, ProbeResult> byNode = new HashMap<>();
        endpointsByNodeId.forEach((nodeId, url) -> {
            ProbeResult result = results.get(url);
            if (result != null) {
                byNode.put(nodeId, result);
            }
        });
        if (byNode.size() < endpointsByNodeId.size()) {
            LOG.atWarn().addKeyValue("nodes", endpointsByNodeId.size() - byNode.size())
                    .log("Nodes were not asked for their health; they are next time");
        }
        return byNode;
    }
}
