// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.concurrent.BatchProcessor;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Introduction;
import org.nodebridge.registry.registration.EventsApplied;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in PostgreSQL which introspection events of a batch may answer a request that a client waits for, on any
 * replica. An event that changes nothing leaves no trace of its correlation id in the row, so it is noted here, beside
 * the batch and not within it: the batch neither waits for it nor fails by it. Safe for many threads.
 */
@ApplicationScoped
public class IntrospectionAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionAnswers.class);

    /** Small batches come a hundred times a second and more, and who asked waits for seconds. */
    private static final long GATHERED_MILLIS = 50;

    /** Batches that are noted at once. */
    private static final int MOST_AT_ONCE = 50;

    /** The requests' correlation ids are UUIDs; other ones cannot be an answer. */
    private static final int LENGTH_OF_A_UUID = 36;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    IntrospectionAnswersRepository repository;

    @Inject
    RefusedRows refused;

    private BatchProcessor<List<Introduction>> batches;

    @PostConstruct
    void open() {
        batches = new BatchProcessor<>(
                work -> scheduler.schedule(work, GATHERED_MILLIS, TimeUnit.MILLISECONDS), MOST_AT_ONCE, this::note);
    }

    /** Does not wait. What PostgreSQL cannot note is lost, and its node is then missing among those that answered. */
    void notice(@Observes EventsApplied applied) {
        List<Introduction> introductions = applied.events().stream()
                .filter(Introduced.class::isInstance)
                .map(Introduced.class::cast)
                .filter(event -> event.correlationId() != null
                        && event.correlationId().length() == LENGTH_OF_A_UUID
                        && !applied.result().refused().containsKey(event))
                .map(event -> new Introduction(
                        event.correlationId().toLowerCase(Locale.ROOT), event.nodeId(), event.node().type().wireName()))
                .toList();
        if (introductions.isEmpty()) {
            return;
        }
        try {
            batches.add(introductions);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The server stops; answers to introspection requests are not noted");
        }
    }

    void note(List<List<Introduction>> some) {
        try {
            refused.without("introspection", some.stream().flatMap(List::stream).toList(), Introduction::nodeId,
                    each -> {
                        repository.note(each);
                        return List.of();
                    });
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Answers to introspection requests are not noted");
        }
    }
}
