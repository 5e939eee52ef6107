// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.conflict.NodeConflictsRepository;
import org.nodebridge.registry.deadletter.DeadLetterFilter;
import org.nodebridge.registry.deadletter.DeadLetterPage;
import org.nodebridge.registry.deadletter.DeadLetterTopics;
import org.nodebridge.registry.drift.StoreComparison;
import org.nodebridge.registry.drift.StoreComparisons;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.explanation.LetterSearch.Letter;
import org.nodebridge.registry.explanation.NodeFacts.InConsul;
import org.nodebridge.registry.explanation.NodeFacts.Registered;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.http.TooMuchAtOnceException;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.registration.api.OtherHomes;
import org.nodebridge.registry.store.RegistrationHistoryRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** Gathers what is known of a node. Safe from many threads; waits for each server some seconds at most. */
@ApplicationScoped
class Explanations {

    private static final String KAFKA = "kafka";

    /** A person waits; where there are too many letters the list of dead letters goes on. */
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(5);

    private static final int MOST_FIELDS = 20;
    private static final int MAX_REASON = 1000;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private StoreComparisons comparisons;

    @Inject
    private NodeConflictsRepository conflicts;

    @Inject
    private OtherHomes otherHomes;

    @Inject
    private DeadLetterTopics deadLetters;

    @Inject
    private ComponentMonitor monitor;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private RegistrySettings settings;

    /**
     * Why callers find a node or do not.
     *
     * @param withLetters whether the caller may know of dead letters
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL cannot be asked
     */
    Explanation of(String nodeId, boolean withLetters) {
        boolean storable = Storable.text(nodeId);
        ToolRegistration row = storable
                ? registrations.find(nodeId).filter(found -> found.status().registered()).orElse(null)
                : null;
        return Explanation.of(new NodeFacts(
                nodeId,
                Optional.ofNullable(row).map(this::registered),
                row == null && storable ? history.lastState(nodeId) : Optional.empty(),
                withLetters ? letters(nodeId) : LetterSearch.none("to see dead letters takes the role operator"),
                otherHomes.of(nodeId),
                row == null ? null : conflicts.find(nodeId).map(each -> StoredTime.at(each.since())).orElse(null),
                intake()));
    }

    private Registered registered(ToolRegistration row) {
        StoreComparison compared = comparisons.of(row);
        boolean pending = !row.catalogCurrent();
        return new Registered(
                row.status().wireName(), cut(row.statusReason()), row.checkStatus(), row.healthStatus(),
                row.updatedAt(),
                row.lastSeenAt(), pending, row.catalogError(),
                CallableAddress.obstacle(
                        row.description().endpoints(), settings.consul().layout().addressEndpoints()),
                row.cordon().orElse(null), row.dampedUntil(),
                row.probeResult() == null
                        ? null
                        : NodeFindings.probe(row.probeResult(), row.probeDetail(), row.probeFailures()),
                new InConsul(
                        compared.consul() != null,
                        compared.differences().stream()
                                .map(StoreComparison.Difference::field)
                                .limit(MOST_FIELDS)
                                .toList(),
                        compared.consulError()));
    }

    /** As another program may have written it. */
    private static String cut(String text) {
        return text == null || text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON - 1) + "…";
    }

    /** Everything else is of use without them. */
    private LetterSearch letters(String nodeId) {
        try {
            DeadLetterPage page = deadLetters.page(
                    DeadLetterFilter.ofNode(nodeId), null, LetterSearch.MOST_LETTERS, LONGEST_SEARCH);
            List<Letter> letters = page.letters().stream().map(Letter::of).toList();
            return page.next().isEmpty()
                    ? new LetterSearch(LetterSearch.ALL, null, letters)
                    : new LetterSearch(LetterSearch.SOME, "there are more dead letters than were looked through",
                            letters);
        } catch (TopicUnavailableException | TooMuchAtOnceException e) {
            return LetterSearch.none(e.getMessage());
        }
    }

    private String intake() {
        ComponentHealth kafka = monitor.health(KAFKA);
        Set<String> unheard = progress.unheard();
        if (kafka.state() == ComponentHealth.State.UNHEALTHY) {
            return "Kafka is not healthy, " + kafka.message();
        }
        if (progress.waitingFor() != null) {
            return "the intake waits, " + progress.waitingFor();
        }
        if (!unheard.isEmpty()) {
            return "no replica consumes " + String.join(", ", unheard.stream().limit(MOST_FIELDS).toList());
        }
        return kafka.details().get("lag") instanceof Number lag && lag.longValue() > 0
                ? lag + " records are to be read"
                : null;
    }
}
