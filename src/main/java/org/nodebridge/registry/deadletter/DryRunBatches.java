// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.registration.Bisection;
import org.nodebridge.registry.replay.Forecast;
import org.nodebridge.registry.replay.NewestEvent;
import org.nodebridge.registry.replay.RecordRereader;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** Says what would become of letters, the earlier ones of the same replay taken for applied. Changes nothing. */
final class DryRunBatches implements DeadLetterBatches {

    private static final int ATTEMPTS = 2;

    private final RecordRereader reader;
    private final ToolRegistrationRepository registrations;
    private final Map<String, NewestEvent> applied = new HashMap<>();

    public DryRunBatches(RecordRereader reader, ToolRegistrationRepository registrations) {
        this.reader = reader;
        this.registrations = registrations;
    }

    @Override
    public List<DeadLetterOutcome> replay(List<DeadLetterRecord> letters) {
        Instant now = reader.now();
        List<NodeEvent> events = Bisection.of(
                letters, ATTEMPTS, part -> DeadLetterRecord.read(part, reader, now),
                (letter, defect) -> List.<NodeEvent>of(new Defect("the registry failed at this record", defect)))
                .stream()
                .flatMap(List::stream)
                .toList();
        List<String> unknown = events.stream()
                .filter(OfNode.class::isInstance)
                .map(event -> ((OfNode) event).nodeId())
                .filter(nodeId -> !applied.containsKey(nodeId))
                .distinct()
                .collect(Collectors.toList());
        registrations.findAll(unknown, NewestEvent::of).forEach(row -> applied.put(row.nodeId(), row));
        List<DeadLetterOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            outcomes.add(outcome(letters.get(i), events.get(i)));
        }
        return outcomes;
    }

    @Override
    public boolean failed() {
        return false;
    }

    private DeadLetterOutcome outcome(DeadLetterRecord letter, NodeEvent event) {
        if (letter.truncated()) {
            return letter.became("would_be_truncated", letter.summary().truncated().explained());
        }
        if (event instanceof Unreadable unreadable) {
            return letter.became("would_be_quarantined", unreadable.errors().toString());
        }
        if (event instanceof Unidentified unidentified) {
            return letter.became("would_be_quarantined", unidentified.error().toString());
        }
        if (event instanceof Defect defect) {
            return letter.became("would_be_quarantined", defect.error().toString());
        }
        if (!(event instanceof OfNode ofNode)) {
            return letter.became("would_be_ignored", null);
        }
        NewestEvent newest = NewestEvent.of(ofNode);
        NewestEvent before = applied.get(ofNode.nodeId());
        Forecast forecast = Forecast.of(newest, before);
        if (newest.kind() != NewestEvent.Kind.HEARTBEAT) {
            applied.put(ofNode.nodeId(), before == null ? newest : before.then(newest));
        }
        return letter.became(
                switch (forecast) {
                    case REGISTER, UPDATE, DEREGISTER -> "would_apply";
                    case RENEW -> newest.kind() == NewestEvent.Kind.HEARTBEAT ? "would_apply" : "would_be_unchanged";
                    case UNCHANGED, DIFFERS -> "would_be_unchanged";
                    case STALE -> "would_be_stale";
                    case UNKNOWN -> "would_be_unknown";
                },
                null);
    }
}
