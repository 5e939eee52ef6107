// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class RecordsOfAReplayTest {

    private final RegistrySettings settings = RegistrySettings.read(key -> Optional.empty());
    private final List<String> stored = new ArrayList<>();
    private int outages;
    private int consulOutages;

    private final RecordRereader reader = new RecordRereader(settings, new Identities(settings, null, null) {
        @Override
        public List<NodeEvent> judge(List<ClaimedEvent> events) {
            return foretell(events);
        }

        @Override
        public List<NodeEvent> foretell(List<ClaimedEvent> events) {
            List<NodeEvent> judged = events.stream().map(ClaimedEvent::event).toList();
            judged.forEach(event -> fail(event, "unjudgeable"));
            return judged;
        }
    }, new StoreClock(), false);

    private final StoredRecords records = new StoredRecords(reader, new DualRegistrationService() {
        @Override
        public BatchResult store(List<? extends NodeEvent> events, Map<String, String> cordons) {
            if (outages-- > 0) {
                return BatchResult.notDone("PostgreSQL is unavailable");
            }
            events.forEach(event -> fail(event, "defect"));
            events.forEach(event -> stored.add(((OfNode) event).nodeId()));
            return BatchResult.done(Map.of(), new StoredBatch(
                    Map.of(), Map.of(), Map.of(),
                    events.stream().map(event -> ((OfNode) event).nodeId()).filter(cordons::containsKey)
                            .collect(Collectors.toSet())));
        }
    }, most -> {
        if (consulOutages-- > 0) {
            throw new CatalogUnavailableException("Consul is unavailable");
        }
        return Map.of("cordoned-1", "disk is failing", "elsewhere", "why");
    });

    @Test
    void passesOverTheRecordsAtWhichTheRegistryFailsAndCountsThem() {
        records.take(List.of(record("a"), record("defect-1"), record("b"), record("unjudgeable-1"), record("c")));

        assertThat(stored).containsExactly("a", "b", "c");
        assertThat(records.counts().path("defect").intValue()).isEqualTo(2);
    }

    @Test
    void takesNoOutageForADefectAndCountsNothingTwice() {
        outages = 1;
        List<ConsumerRecord<byte[], byte[]>> some = List.of(record("defect-1"), record("a"));

        assertThatThrownBy(() -> records.take(some)).isInstanceOf(StoreUnavailableException.class);
        assertThat(records.counts()).isEmpty();
        records.take(some);

        assertThat(records.counts().path("defect").intValue()).isEqualTo(1);
    }

    @Test
    void givesNodesTheCordonsBackThatConsulShowsWhenTheReplayBeginsAndCountsThem() {
        consulOutages = 1;

        assertThatThrownBy(records::begin).isInstanceOf(CatalogUnavailableException.class);
        records.begin();
        records.take(List.of(record("a"), record("cordoned-1")));
        records.take(List.of(record("b")));

        assertThat(records.counts().path("cordoned").intValue()).isEqualTo(1);
    }

    @Test
    void aDryRunCountsDefectsAndKeepsNoMoreThanItsLimit() {
        FoldedRecords folded = new FoldedRecords(reader, ids -> List.of(), 9_000);

        folded.take(IntStream.range(0, 25).mapToObj(number -> record("node-" + number)).toList());
        folded.take(List.of(record("unjudgeable-1"), record("node-0")));
        folded.finish();

        assertThat(folded.counts().path("would_register").intValue()).isEqualTo(10);
        assertThat(folded.counts().path("not_compared").intValue()).isEqualTo(15);
        assertThat(folded.counts().path("defect").intValue()).isEqualTo(1);
    }

    private static void fail(NodeEvent event, String prefix) {
        if (event instanceof OfNode ofNode && ofNode.nodeId().startsWith(prefix)) {
            throw new IllegalStateException("a defect");
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(String nodeId) {
        String envelope = ("{'event_id': '" + UUID.randomUUID() + "', 'event_type': 'NODE_INTROSPECTION',"
                + " 'event_timestamp': '2026-01-01T10:00:00Z', 'source_node_id': 'n', 'payload': {'node_id': '"
                + nodeId + "', 'node_type': 'effect', 'capabilities': {}, 'endpoints': {}, 'metadata': {}}}")
                .replace('\'', '"');
        return new ConsumerRecord<>(
                "node-introspection.v1", 0, 0, null, envelope.getBytes(StandardCharsets.UTF_8));
    }
}
