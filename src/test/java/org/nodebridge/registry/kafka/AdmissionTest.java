// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class AdmissionTest {

    private final Introduced event = NodeOnTheWire.named("a").introduced(NodeOnTheWire.at(0));
    private final List<ReadRecord> read = List.of(record(event), record(new Ignored("topology_diff")));
    private final List<String> tried = new ArrayList<>();
    private int outages;
    private boolean stopping;

    private final Admission admission = new Admission(new Judges(), new Retries(new Backoff() {
        @Override
        public boolean waitAfter(int failures) {
            return !stopping;
        }
    }, new ConsumerProgress(), null, null, null, null));

    @Test
    public void keepsWhoSentTheRecordAsItsActor() {
        ReadRecord claimed = admission.claimed(read.get(0).record(), event, Instant.now());

        assertThat(((OfNode) claimed.event()).actor()).isEqualTo("key/us");
    }

    @Test
    public void putsTheVerdictInThePlaceOfTheEvent() {
        List<ReadRecord> admitted = admission.admit(read);

        assertThat(admitted).extracting(ReadRecord::record).isEqualTo(read.stream().map(ReadRecord::record).toList());
        assertThat(admitted.get(0).event()).isInstanceOf(Unidentified.class);
        assertThat(admitted.get(1)).isEqualTo(read.get(1));
    }

    @Test
    public void waitsUntilPostgresCanTellWhoseANodeIs() {
        outages = 3;

        assertThat(admission.admit(read)).hasSize(2);
        assertThat(tried).containsExactly("away", "away", "away", "judged");
    }

    @Test
    public void givesNothingThatHasNotBeenJudgedAtAStop() {
        outages = 3;
        stopping = true;

        assertThat(admission.admit(read)).isNull();
        assertThat(tried).containsExactly("away");
    }

    private static ReadRecord record(NodeEvent event) {
        return new ReadRecord(new ConsumerRecord<>("topic", 0, 0, new byte[0], new byte[0]), event);
    }

    private final class Judges extends Identities {

        Judges() {
            super(RegistrySettings.read(key -> Optional.empty()), null, null);
        }

        @Override
        public boolean on() {
            return true;
        }

        @Override
        public ClaimedEvent claimed(NodeEvent event, ConsumerRecord<byte[], byte[]> record, Instant now) {
            return new ClaimedEvent(((OfNode) event).by("key/us"), null);
        }

        @Override
        public List<NodeEvent> judge(List<ClaimedEvent> events) {
            if (tried.size() < outages) {
                tried.add("away");
                throw new StoreUnavailableException("PostgreSQL is unavailable", null);
            }
            tried.add("judged");
            return events.stream()
                    .map(claimed -> claimed.event() == event
                            ? new Unidentified(event, new FieldError("headers.x", "is missing"))
                            : claimed.event())
                    .toList();
        }
    }
}
