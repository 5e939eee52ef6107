// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.kafka.topic.QuarantineRefusedException;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.replay.RecordRereader;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class ReplayedBatchesTest {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T10:00:00Z");

    private final List<List<String>> applied = new ArrayList<>();
    private final List<DeadLetterId> quarantined = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private final Map<Long, String> noted = new HashMap<>();
    private String defectOf;
    private boolean postgresAway;
    private boolean kafkaAway;
    private RuntimeException quarantineFailure;
    private boolean refusing;
    private boolean notesFail;
    private long nextOffset;

    private final RegistrySettings settings = RegistrySettings.read(key -> Optional.empty());
    private final Set<String> ofAnother = new HashSet<>();
    private final DeadLetterBatches batches = new ReplayedBatches(
            new RecordRereader(settings, new Judges(), new StoreClock(), false), new Service(), this::quarantine,
            new Notes(),
            new NoMetrics(),
            "somebody");

    @Test
    void givesEachLetterOfANodeAnOutcomeOfItsOwn() {
        List<DeadLetterOutcome> outcomes =
                batches.replay(List.of(letter("a", null), letter("b", null), letter("a", null)));

        assertThat(applied).containsExactly(List.of("a", "b"), List.of("a"));
        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("applied", "applied", "unchanged");
        assertThat(noted).isEqualTo(Map.of(0L, "applied", 1L, "applied", 2L, "unchanged"));
    }

    @Test
    void notesNothingThatPostgresDoesNotHaveAndTriesNoFurther() {
        postgresAway = true;

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(letter("a", null), letter("a", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsOnly("failed");
        assertThat(applied).hasSize(1);
        assertThat(noted).isEmpty();
        assertThat(batches.failed()).isTrue();
    }

    @Test
    void notesNothingThatKafkaHasNotConfirmed() {
        kafkaAway = true;

        assertThat(batches.replay(List.of(poison(null)))).extracting(DeadLetterOutcome::outcome)
                .containsExactly("failed");
        assertThat(noted).isEmpty();
        assertThat(batches.failed()).isTrue();
    }

    @Test
    void claimsNoQuarantineThatWillNeverTakeTheLetterAndGoesOnWithTheOthers() {
        quarantineFailure = new QuarantineRefusedException("TopicAuthorizationException", null);

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(poison(null), letter("a", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("not_quarantined", "applied");
        assertThat(outcomes.get(0).detail()).contains("TopicAuthorizationException");
        assertThat(noted).isEqualTo(Map.of(1L, "applied"));
        assertThat(batches.failed()).isFalse();
    }

    @Test
    void goesOnPastALetterAtWhichTheQuarantineFailsByADefect() {
        quarantineFailure = new ArrayIndexOutOfBoundsException("1");

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(poison(null), letter("a", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("not_quarantined", "applied");
        assertThat(outcomes.get(0).detail()).contains("ArrayIndexOutOfBoundsException");
        assertThat(noted).isEqualTo(Map.of(1L, "applied"));
    }

    @Test
    void claimsNothingThatCannotBeNoted() {
        notesFail = true;

        assertThat(batches.replay(List.of(letter("a", null))))
                .extracting(DeadLetterOutcome::outcome)
                .containsExactly("failed");
        assertThat(batches.failed()).isTrue();
    }

    @Test
    void quarantinesWhatCannotBeReadOrIsRefusedAgain() {
        refusing = true;

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(poison(null), letter("a", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsOnly("quarantined");
        assertThat(outcomes).extracting(DeadLetterOutcome::detail).doesNotContainNull();
        assertThat(quarantined).hasSize(2);
        assertThat(noted).isEqualTo(Map.of(0L, "quarantined", 1L, "quarantined"));
        assertThat(batches.failed()).isFalse();
    }

    @Test
    void quarantinesTheLetterAtWhichTheRegistryFailsAndAppliesAllOthers() {
        defectOf = "bad";

        List<DeadLetterOutcome> outcomes =
                batches.replay(List.of(letter("a", null), letter("bad", null), letter("b", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("applied", "quarantined",
                "applied");
        assertThat(reasons).containsExactly("defect");
        assertThat(batches.failed()).isFalse();
    }

    @Test
    void appliesNothingOfATruncatedLetterAndSaysSo() {
        DeadLetterRecord whole = letter("a", null);
        DeadLetter summary = whole.summary();
        DeadLetterRecord truncated = new DeadLetterRecord(whole.record(), new DeadLetter(
                summary.id(), summary.reason(), summary.fields(), summary.origin(), null, null, null, "", 1,
                summary.deadLetteredAt(), null, new Truncation("value", 1L, "x")));

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(truncated, letter("b", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("truncated", "applied");
        assertThat(outcomes.get(0).detail()).contains("truncated (value)");
        assertThat(applied).containsExactly(List.of("b"));
    }

    @Test
    void asksOnceMoreWhetherTheSenderMaySpeakForItsNode() {
        ofAnother.add("b");

        List<DeadLetterOutcome> outcomes = batches.replay(List.of(letter("a", null), letter("b", null)));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsExactly("applied", "quarantined");
        assertThat(outcomes.get(1).detail()).contains("headers.node-identity");
        assertThat(applied).containsExactly(List.of("a"));
        assertThat(reasons).containsExactly("unidentified");
    }

    @Test
    void quarantinesNothingTwice() {
        List<DeadLetterOutcome> outcomes = batches.replay(List.of(poison("quarantined"), poison("applied")));

        assertThat(outcomes).extracting(DeadLetterOutcome::outcome).containsOnly("quarantined");
        assertThat(quarantined).extracting(DeadLetterId::offset).containsExactly(1L);
    }

    private DeadLetterRecord letter(String nodeId, String earlierOutcome) {
        return letter(
                ("{'event_id': '" + UUID.randomUUID() + "', 'event_type': 'NODE_INTROSPECTION', 'event_timestamp':"
                        + " '2026-01-01T10:00:00Z', 'source_node_id': 'n', 'payload': {'node_id': '" + nodeId
                        + "', 'node_type': 'effect', 'capabilities': {}, 'endpoints': {}, 'metadata': {}}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8),
                earlierOutcome);
    }

    private DeadLetterRecord poison(String earlierOutcome) {
        return letter("poison".getBytes(UTF_8), earlierOutcome);
    }

    private DeadLetterRecord letter(byte[] value, String earlierOutcome) {
        long offset = nextOffset++;
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "node-introspection.v1.dlq", 0, offset, WRITTEN.toEpochMilli(), TimestampType.CREATE_TIME, 0, 0, null,
                value, new RecordHeaders(), Optional.empty());
        ReplayedDeadLetter earlier = earlierOutcome == null
                ? null
                : new ReplayedDeadLetter(record.topic(), 0, offset, WRITTEN, earlierOutcome, null, WRITTEN, "somebody");
        return new DeadLetterRecord(record, DeadLetter.of(record, "node-introspection.v1", earlier));
    }

    private void quarantine(
            ConsumerRecord<byte[], byte[]> letter, String topic, String reason, List<FieldError> errors, Instant at) {
        if (kafkaAway) {
            throw new TopicUnavailableException("Kafka is unavailable", null);
        }
        if (quarantineFailure != null) {
            throw quarantineFailure;
        }
        quarantined.add(DeadLetterId.of(letter));
        reasons.add(reason);
    }

    private final class Judges extends Identities {

        Judges() {
            super(settings, null, null);
        }

        @Override
        public List<NodeEvent> judge(List<ClaimedEvent> events) {
            return events.stream()
                    .map(claimed -> claimed.event() instanceof OfNode event && ofAnother.contains(event.nodeId())
                            ? new Unidentified(event, new FieldError("headers.node-identity", "is missing"))
                            : claimed.event())
                    .toList();
        }
    }

    private final class Service extends DualRegistrationService {

        @Override
        public BatchResult applyLate(List<? extends NodeEvent> events) {
            List<String> nodeIds = events.stream().map(event -> ((OfNode) event).nodeId()).toList();
            if (nodeIds.contains(defectOf)) {
                throw new IllegalStateException("a defect");
            }
            boolean again = applied.stream().anyMatch(before -> before.containsAll(nodeIds));
            applied.add(nodeIds);
            if (postgresAway) {
                return BatchResult.notDone("PostgreSQL is unavailable");
            }
            Map<String, StoredEvent> introduced = new HashMap<>();
            Map<OfNode, String> refused = new HashMap<>();
            events.stream().map(OfNode.class::cast).forEach(event -> {
                if (refusing) {
                    refused.put(event, "will not have it");
                } else {
                    introduced.put(event.nodeId(), new StoredEvent(
                            event.nodeId(), again ? Outcome.UNCHANGED : Outcome.CREATED, null, 1, false, "passing"));
                }
            });
            return BatchResult.done(refused, new StoredBatch(introduced, Map.of(), Map.of()));
        }
    }

    private final class Notes extends DeadLetterReplayRepository {

        @Override
        public void note(List<ReplayedDeadLetter> letters) {
            if (notesFail) {
                throw new StoreUnavailableException("PostgreSQL is unavailable", null);
            }
            letters.forEach(letter -> noted.put(letter.offset(), letter.outcome()));
        }
    }

    private static final class NoMetrics extends RegistryMetrics {

        NoMetrics() {
            super(null);
        }

        @Override
        public void deadLetterReplay(String outcome) {
            // nobody looks
        }
    }
}
