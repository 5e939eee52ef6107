// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
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

    /** Answers that are noted by one statement. */
    private static final int MOST_AT_ONCE = 5_000;

    /** About ten megabytes. Only a PostgreSQL that hangs notes so many later than they are asked for. */
    private static final int MOST_WAITING = 50_000;

    /** The requests' correlation ids are UUIDs; other ones cannot be an answer. */
    private static final int LENGTH_OF_A_UUID = 36;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    IntrospectionAnswersRepository repository;

    @Inject
    RefusedRows refused;

    BatchProcessor<Introduction> waiting;

    @PostConstruct
    void open() {
        waiting = new BatchProcessor<>(
                work -> scheduler.schedule(work, GATHERED_MILLIS, TimeUnit.MILLISECONDS), MOST_WAITING, MOST_AT_ONCE,
                this::note);
    }

    /**
     * Does not wait. What PostgreSQL cannot note, or not as fast as it comes, is lost, and its node is then missing
     * among those that answered.
     */
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
        try {
            long lost = introductions.stream().filter(each -> !waiting.offer(each, Duration.ZERO)).count();
            if (lost > 0) {
                LOG.atDebug().addKeyValue("nodes", lost).log("Too many answers to introspection requests wait already");
            }
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The server stops; answers to introspection requests are not noted");
        }
    }

    void note(List<Introduction> some) {
        try {
            refused.without("introspection", some, Introduction::nodeId, each -> {
                repository.note(each);
                return List.of();
            });
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Answers to introspection requests are not noted");
        }
    }
}
