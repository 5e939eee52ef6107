// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.kafka.deadletter.Quarantine;
import org.nodebridge.registry.kafka.topic.QuarantineRefusedException;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.Bisection;
import org.nodebridge.registry.registration.Defects;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.replay.RecordRereader;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies letters, and notes what became of them only after PostgreSQL or the quarantine has them. No batch has two
 * letters of one node, so that each gets an outcome of its own.
 */
final class ReplayedBatches implements DeadLetterBatches {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayedBatches.class);
    private static final int ATTEMPTS = 2;
    private static final String FAILED = "failed";
    private static final String QUARANTINED = "quarantined";
    private static final String NOT_QUARANTINED = "not_quarantined";

    private final RecordRereader reader;
    private final DualRegistrationService service;
    private final Quarantine quarantine;
    private final DeadLetterReplayRepository replays;
    private final RegistryMetrics metrics;
    private final String requestedBy;
    private boolean failed;

    ReplayedBatches(
            RecordRereader reader, DualRegistrationService service, Quarantine quarantine,
            DeadLetterReplayRepository replays, RegistryMetrics metrics, String requestedBy) {
        this.reader = reader;
        this.service = service;
        this.quarantine = quarantine;
        this.replays = replays;
        this.metrics = metrics;
        this.requestedBy = requestedBy;
    }

    @Override
    public List<DeadLetterOutcome> replay(List<DeadLetterRecord> letters) {
        List<DeadLetterOutcome> outcomes = new ArrayList<>();
        Map<String, Read> batch = new LinkedHashMap<>();
        List<NodeEvent> events = read(letters);
        for (int i = 0; i < letters.size(); i++) {
            DeadLetterRecord letter = letters.get(i);
            NodeEvent event = events.get(i);
            String nodeId = event instanceof OfNode ofNode ? ofNode.nodeId() : letter.id().toString();
            if (batch.containsKey(nodeId)) {
                outcomes.addAll(replay(batch));
                batch.clear();
            }
            batch.put(nodeId, new Read(letter, event));
        }
        outcomes.addAll(replay(batch));
        return outcomes;
    }

    @Override
    public boolean failed() {
        return failed;
    }

    private List<DeadLetterOutcome> replay(Map<String, Read> batch) {
        List<Read> reads = new ArrayList<>(batch.values());
        IdentityHashMap<Read, BatchResult> results = new IdentityHashMap<>();
        if (!failed) { // after a failure no letter is tried any more, but each has an outcome
            apply(reads, results);
        }
        List<DeadLetterOutcome> outcomes = reads.stream().map(read -> outcome(read, results.get(read))).toList();
        outcomes = noted(reads, outcomes);
        outcomes.forEach(outcome -> metrics.deadLetterReplay(outcome.outcome()));
        failed = failed || outcomes.stream().anyMatch(outcome -> outcome.outcome().equals(FAILED));
        return outcomes;
    }

    /** Those at which the registry fails become defects; of all others it is noted what PostgreSQL did. */
    private void apply(List<Read> reads, Map<Read, BatchResult> results) {
        List<Read> ofNodes = reads.stream().filter(read -> read.event instanceof OfNode).toList();
        if (ofNodes.isEmpty()) {
            return;
        }
        Bisection.of(
                ofNodes, ATTEMPTS,
                part -> {
                    BatchResult result = service.applyLate(part.stream().map(read -> (OfNode) read.event).toList());
                    part.forEach(read -> results.put(read, result));
                    return result;
                },
                (read, defect) -> {
                    reads.set(reads.indexOf(read), new Read(read.letter, defect(read.letter, defect)));
                    return BatchResult.notDone("a defect");
                });
    }

    private List<NodeEvent> read(List<DeadLetterRecord> letters) {
        Instant now = reader.now();
        return Bisection.of(
                letters, ATTEMPTS, part -> DeadLetterRecord.read(part, reader, now),
                (letter, defect) -> List.<NodeEvent>of(defect(letter, defect)))
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static Defect defect(DeadLetterRecord letter, Throwable cause) {
        LOG.atError().setCause(cause).addKeyValue("letter", letter.id())
                .log("The registry has failed at a dead letter in its replay");
        return new Defect("the registry failed at this record: " + cause.getClass().getSimpleName(), cause);
    }

    private DeadLetterOutcome outcome(Read read, BatchResult result) {
        if (failed) {
            return read.letter.became(FAILED, "not tried, after another failed");
        }
        if (read.letter.truncated()) {
            return read.letter.became("truncated", read.letter.summary().truncated().explained());
        }
        if (read.event instanceof Unreadable unreadable) {
            return quarantined(read.letter, "unreadable", unreadable.errors());
        }
        if (read.event instanceof Unidentified unidentified) {
            return quarantined(read.letter, "unidentified", List.of(unidentified.error()));
        }
        if (read.event instanceof Defect defect) {
            return quarantined(read.letter, "defect", List.of(defect.error()));
        }
        if (!(read.event instanceof OfNode event)) {
            return read.letter.became("ignored", null);
        }
        if (!result.committed()) {
            return read.letter.became(FAILED, result.obstacle());
        }
        String refusal = result.refused().get(event);
        if (refusal != null) {
            return quarantined(read.letter, "refused", List.of(new FieldError("$", refusal)));
        }
        return read.letter.became(outcome(event, result), null);
    }

    private static String outcome(OfNode event, BatchResult result) {
        if (event instanceof Heartbeat) {
            return result.stored().renewed().containsKey(event.nodeId()) ? "applied" : "unknown";
        }
        StoredEvent stored = event instanceof Departed
                ? result.stored().departed().get(event.nodeId())
                : result.stored().introduced().get(event.nodeId());
        return switch (stored.outcome()) {
            case CREATED, UPDATED, RECOVERED, DEREGISTERED, FORGOTTEN -> "applied";
            case UNCHANGED -> "unchanged";
            case STALE -> "stale";
            case REFUSED -> "refused";
        };
    }

    /**
     * A letter that lies there already is not written there again. One that the quarantine will never take stays open,
     * and keeps no other from being tried.
     */
    private DeadLetterOutcome quarantined(DeadLetterRecord letter, String reason, List<FieldError> errors) {
        if (!letter.summary().status().equals(QUARANTINED)) {
            try {
                quarantine.put(letter.record(), letter.summary().origin().topic(), reason, errors, reader.now());
            } catch (TopicUnavailableException e) {
                return letter.became(FAILED, e.getMessage());
            } catch (QuarantineRefusedException e) {
                return letter.became(NOT_QUARANTINED, e.getMessage());
            } catch (RuntimeException | Error e) {
                if (!Defects.isDefect(e)) {
                    throw e;
                }
                return letter.became(NOT_QUARANTINED, defect(letter, e).error().toString());
            }
        }
        return letter.became(QUARANTINED, errors.toString());
    }

    /** What cannot be noted stays open, regardless of what PostgreSQL did with it before. */
    private List<DeadLetterOutcome> noted(List<Read> batch, List<DeadLetterOutcome> outcomes) {
        Instant now = reader.now();
        List<ReplayedDeadLetter> notes = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            DeadLetterOutcome outcome = outcomes.get(i);
            if (!Set.of(FAILED, NOT_QUARANTINED).contains(outcome.outcome())) {
                DeadLetterId id = outcome.id();
                notes.add(new ReplayedDeadLetter(
                        id.topic(), id.partition(), id.offset(), batch.get(i).letter.summary().deadLetteredAt(),
                        outcome.outcome(), keepable(outcome.detail()), now, requestedBy));
            }
        }
        try {
            replays.note(notes);
            return outcomes;
        } catch (StoreException e) {
            return outcomes.stream()
                    .map(outcome -> new DeadLetterOutcome(outcome.id(), outcome.nodeId(), FAILED, e.getMessage()))
                    .toList();
        }
    }

    /** PostgreSQL keeps no U+0000 and no half of a surrogate pair, and a detail quotes what a record holds. */
    private static String keepable(String detail) {
        return detail == null
                ? null
                : new String(detail.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace('\0', '\ufffd');
    }

    private record Read(DeadLetterRecord letter, NodeEvent event) {}
}
