// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.registration.AnnouncementFailedException;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes to introduce themselves and looks who does.
 *
 * <p>With any number of replicas: who is said to have answered has introduced itself under this request's correlation
 * id, and some replica has committed that introspection event in PostgreSQL before the time was up. Who is said to be
 * missing has not, as far as PostgreSQL received it in time: an answer that waits behind a lag, that was read by a
 * replica which died before it noted it, or that lies in a batch under way, is missing too. So an answer is proof, and
 * a missing one is a suspicion.
 *
 * <p>Safe for many threads. No thread waits for the nodes: PostgreSQL is asked ten times a second for each request that
 * is open, and {@code registry.introspection-request.most-open} of them may be.
 */
@ApplicationScoped
public class IntrospectionRound {

    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionRound.class);
    private static final Duration PATIENCE_WITH_KAFKA = Duration.ofSeconds(5);
    private static final long INTERVAL_MILLIS = 100;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private IntrospectionAnswersRepository repository;

    @Inject
    private IntrospectionTopic topic;

    @Inject
    private RegistrySettings settings;

    private Permits places;

    @PostConstruct
    void open() {
        places = new Permits(settings.mostOpenRequests());
    }

    /**
     * Returns when PostgreSQL knows of the request.
     *
     * @return completes, on another thread, when all nodes that were registered at the start have answered, or when the
     *     question's time is up; where no node was registered only then, to see which nodes exist. Exceptionally with
     *     {@link AnnouncementFailedException} when Kafka has not confirmed the question, and with
     *     {@link StoreException} when PostgreSQL has gone meanwhile
     * @throws TooManyOpenRequestsException when as many as may be are open already; nothing has been asked
     * @throws CorrelationInUseException when a request with this correlation id is open; nothing has been asked
     * @throws StoreException when PostgreSQL is unavailable; nothing has been asked
     */
    public CompletionStage<IntrospectionResult> call(IntrospectionQuestion question) {
        Permits.Held place = places.tryTake()
                .orElseThrow(() -> new TooManyOpenRequestsException(settings.mostOpenRequests()));
        try {
            String id = question.correlationId().toString();
            Call call = new Call(place, id, expected(question, id), new CompletableFuture<>());
            ask(question, call);
            return call.answer;
        } catch (RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    private Map<String, String> expected(IntrospectionQuestion question, String id) {
        List<String> types = question.types() == null
                ? null
                : question.types().stream().map(NodeType::wireName).toList();
        try {
            return repository.open(id, types, question.timeout().plus(PATIENCE_WITH_KAFKA));
        } catch (StoreRefusedException e) {
            throw new CorrelationInUseException(id);
        }
    }

    private void ask(IntrospectionQuestion question, Call call) {
        topic.ask(question)
                .toCompletableFuture()
                .orTimeout(PATIENCE_WITH_KAFKA.toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync((sent, failure) -> {
                    if (failure == null) {
                        look(call, System.nanoTime() + question.timeout().toNanos());
                    } else {
                        fail(call, new AnnouncementFailedException("Kafka has not confirmed the request", failure));
                    }
                }, scheduler);
    }

    private void look(Call call, long deadline) {
        IntrospectionResult attendance;
        try {
            attendance = IntrospectionResult.of(call.expected, repository.answers(call.id));
            if (!attendance.complete() && System.nanoTime() < deadline) {
                scheduler.schedule(() -> look(call, deadline), INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
        } catch (RuntimeException | Error e) { // an error too: the place would be taken for ever
            fail(call, e);
            return;
        }
        close(call); // first, as a client that has the answer may ask again under the same correlation id
        call.answer.complete(attendance);
    }

    private void fail(Call call, Throwable why) {
        close(call);
        call.answer.completeExceptionally(why);
    }

    private void close(Call call) {
        call.place.close();
        try {
            repository.close(call.id);
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("An introspection request ends by itself");
        }
    }

    /** @param expected the nodes that were registered, node id to type */
    private record Call(
            Permits.Held place, String id, Map<String, String> expected,
            CompletableFuture<IntrospectionResult> answer) {}
}
