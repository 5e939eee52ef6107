// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import io.opentelemetry.context.Scope;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.nodebridge.registry.concurrent.BatchProcessor;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.concurrent.DedicatedThreads;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.tracing.TracedBatch;
import org.nodebridge.registry.tracing.TracedEvent;
import org.nodebridge.registry.tracing.Tracing;

/**
 * Registrations that a client waits for. Those that come while others are written to PostgreSQL go into one batch, and
 * each still gets its own answer. Safe for many threads.
 */
@ApplicationScoped
public class ManualRegistrations {

    /** Few enough that the first of them need not wait long for the last. */
    private static final int MOST_AT_ONCE = 100;

    /** No client waits for one of these alone, so only the cost of each counts. */
    private static final int MOST_AT_ONCE_IN_BULK = 500;

    /** Callers of {@link #registerAll} that bring more wait. */
    private static final int MOST_WAITING_IN_BULK = 1_000;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threadFactory;

    @Inject
    private DualRegistrationService service;

    @Inject
    private OutageRegistrations withoutPostgres;

    @Inject
    private Announcements announcements;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private RegistrySettings settings;

    @Inject
    private Tracing tracing;

    private ExecutorService thread;
    private ExecutorService bulkThread;
    private BatchProcessor<Request> requests;
    private BatchProcessor<Request> bulk;

    @PostConstruct
    void open() {
        thread = DedicatedThreads.of(threadFactory, 1);
        requests = new BatchProcessor<>(thread, settings.mostManualWaiting(), MOST_AT_ONCE, this::carryOut);
        bulkThread = DedicatedThreads.of(threadFactory, 1);
        bulk = new BatchProcessor<>(bulkThread, MOST_WAITING_IN_BULK, MOST_AT_ONCE_IN_BULK, this::carryOut);
    }

    @PreDestroy
    void close() {
        thread.shutdownNow();
        bulkThread.shutdownNow();
    }

    /**
     * Registers one node in both stores, or as far as the stores that are available allow. Waits for both.
     *
     * @throws TooManyRegistrationsException when too many others wait already; nothing has been done
     */
    public RegistrationResult register(Introduced event) {
        return apply(event, () -> announcements.announce(event));
    }

    /**
     * Registers many nodes as {@link #register} does one, in few transactions. Waits for both stores, and first while
     * too many others of this kind wait. They have a queue of their own, so that single ones need not wait behind them.
     *
     * @param events in the order in which they are to count, where several are of one node
     * @return a result for each, in the same order
     */
    public List<RegistrationResult> registerAll(List<Introduced> events) {
        TracedEvent trace = tracing.ofBulkRequest();
        List<Request> all = events.stream()
                .map(event -> new Request(
                        event, () -> announcements.announce(event), ResultBuilder.of(event, metrics), trace))
                .toList();
        for (Request request : all) {
            if (!bulk.offer(request, BoundedWait.MAX_WAIT)) {
                request.tell(() -> request.stopwatch.failed(false, "too many other registrations wait"));
            }
        }
        return all.stream().map(this::answeredOrFailed).toList();
    }

    /** Others of the same request may have been carried out: a defect is the answer of those it concerns. */
    private RegistrationResult answeredOrFailed(Request request) {
        try {
            return answered(request);
        } catch (CompletionException e) {
            return request.stopwatch.failed(false, "the registry failed; see its log");
        }
    }

    /**
     * Deregisters one node from both stores, or as far as the stores that are available allow. Waits for both.
     *
     * @throws TooManyRegistrationsException when too many others wait already; nothing has been done
     */
    public RegistrationResult deregister(Departed event) {
        return apply(event, () -> announcements.announce(event));
    }

    private RegistrationResult apply(OfNode event, Runnable announcement) {
        Request request = new Request(
                event, announcement, ResultBuilder.of(event, metrics),
                tracing.ofRequest(event.nodeId(), event.correlationId()));
        if (!requests.offer(request, Duration.ZERO)) {
            throw new TooManyRegistrationsException(settings.mostManualWaiting());
        }
        return answered(request);
    }

    /** What is still to be done for the answer is done on the thread that waits for it. */
    private RegistrationResult answered(Request request) {
        Supplier<RegistrationResult> answer = BoundedWait.result(request.answer);
        try (Scope scope = traced(List.of(request)).makeCurrent()) {
            return answer.get();
        }
    }

    /** A batch has one event of each node, so that every event has an outcome of its own. */
    private void carryOut(List<Request> all) {
        List<Request> left = all;
        while (!left.isEmpty()) {
            Map<String, Request> batch = new LinkedHashMap<>();
            List<Request> later = new ArrayList<>();
            for (Request request : left) {
                if (batch.putIfAbsent(request.event.nodeId(), request) != null) {
                    later.add(request);
                }
            }
            carryOut(batch.values());
            left = later;
        }
    }

    private void carryOut(Collection<Request> batch) {
        try (Scope scope = traced(batch).makeCurrent()) {
            BatchResult result = service.applyLate(batch.stream().map(Request::event).toList());
            batch.forEach(request -> answer(request, result));
        } catch (RuntimeException | Error e) { // the client waits for an answer in any case
            failed(List.copyOf(batch), e);
        }
    }

    /** What may be so for one row only is not the answer of others. */
    private void failed(List<Request> batch, Throwable failure) {
        if (batch.size() == 1 || !Defects.isOfDatabase(failure)) {
            batch.forEach(request -> request.answer.completeExceptionally(failure));
        } else {
            int middle = batch.size() / 2;
            carryOut((Collection<Request>) batch.subList(0, middle));
            carryOut((Collection<Request>) batch.subList(middle, batch.size()));
        }
    }

    /** Of the many events of one request only the first is looked at. */
    private TracedBatch traced(Collection<Request> batch) {
        if (!tracing.isOn()) {
            return TracedBatch.NONE;
        }
        IdentityHashMap<TracedEvent, TracedEvent> events = new IdentityHashMap<>();
        for (Request request : batch) {
            if (request.trace != null) {
                events.computeIfAbsent(request.trace, trace -> trace.by(request.event.nodeId()));
            }
        }
        return tracing.together(List.copyOf(events.values()));
    }

    private void answer(Request request, BatchResult result) {
        if (!result.committed()) {
            request.tell(() -> withoutPostgres.apply(
                    request.event, request.announcement, request.stopwatch, result.obstacle()));
            return;
        }
        String refusal = result.refused().get(request.event);
        StoredEvent row = result.stored().of(request.event.nodeId());
        if (refusal != null) {
            request.tell(() -> request.stopwatch.refused(refusal));
        } else if (row.outcome() == Outcome.STALE) {
            request.tell(request.stopwatch::stale);
        } else if (!row.pendingForCatalog()) {
            request.tell(() -> request.stopwatch.stored(row.outcome(), true, null));
        } else {
            result.published().thenAccept(published -> request.tell(() -> request.stopwatch.stored(
                    row.outcome(), published.applied().contains(request.event.nodeId()),
                    published.reasonFor(request.event.nodeId()))));
        }
    }

    /**
     * @param trace {@code null} when it is not traced
     * @param answer what the waiting thread has still to do for it, which may take its time
     */
    private record Request(
            OfNode event, Runnable announcement, ResultBuilder stopwatch, TracedEvent trace,
            CompletableFuture<Supplier<RegistrationResult>> answer) {

        Request(OfNode event, Runnable announcement, ResultBuilder stopwatch, TracedEvent trace) {
            this(event, announcement, stopwatch, trace, new CompletableFuture<>());
        }

        private void tell(Supplier<RegistrationResult> result) {
            answer.complete(result);
        }
    }
}
