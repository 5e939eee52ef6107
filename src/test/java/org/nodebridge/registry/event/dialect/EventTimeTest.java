// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.readStrictly;
import static org.nodebridge.registry.event.dialect.WireSamples.tree;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;

class EventTimeTest {

    private final ObjectNode bridge = tree("bridge_introspection_effect");

    @ParameterizedTest
    @CsvSource({
        "bridge_introspection_effect, event_timestamp",
        "bridge_doc_introspection_orchestrator, timestamp",
        "infra_introspection_effect, envelope_timestamp",
    })
    void isTheEnvelopesTime(String sample, String field) {
        ObjectNode record = tree(sample).put(field, "2025-05-05T05:05:05.123456Z");

        assertThat(timeOf(read(record))).isEqualTo("2025-05-05T05:05:05.123456Z");
    }

    @Test
    void isThePayloadsTimeWhenTheEnvelopeHasNone() {
        bridge.remove("event_timestamp");
        payload(bridge).put("timestamp", "2025-06-06T06:06:06Z");

        assertThat(timeOf(read(bridge))).isEqualTo("2025-06-06T06:06:06Z");
        assertThat(leniencies(read(bridge))).containsExactly(Leniency.MISSING_TIMESTAMP);
        assertThat(brokenFields(readStrictly(bridge))).containsExactly("event_timestamp");
    }

    @Test
    void isTheRecordsTimeWhenNobodySaysMore() {
        bridge.remove("event_timestamp");
        payload(bridge).remove("timestamp");

        assertThat(timeOf(read(bridge))).isEqualTo(RECORDED);
    }

    @Test
    void isTheReceiptAtLast() {
        bridge.remove("event_timestamp");
        payload(bridge).remove("timestamp");

        NodeEvent event = WireSamples.LENIENT.read(TopicKind.INTROSPECTION, utf8(bridge), null, RECEIVED);

        assertThat(timeOf(event)).isEqualTo(RECEIVED);
        assertThat(leniencies(event)).containsExactly(Leniency.MISSING_TIMESTAMP);
    }

    @ParameterizedTest
    @CsvSource({
        "2025-10-03T12:00:00+02:00, 2025-10-03T10:00:00Z",
        "2025-10-03T12:00:00-0530, 2025-10-03T17:30:00Z",
        "2025-10-03T12:00:00+02, 2025-10-03T10:00:00Z",
        "2025-10-03 12:00:00.5+00:00, 2025-10-03T12:00:00.5Z",
        "2025-10-03T12:00:00.123456789Z, 2025-10-03T12:00:00.123456Z",
        "2025-10-03T12:00z, 2025-10-03T12:00:00Z",
    })
    void readsEveryIso8601TimeWithAZone(String wire, Instant expected) {
        bridge.put("event_timestamp", wire);

        assertThat(timeOf(read(bridge))).isEqualTo(expected);
        assertThat(leniencies(read(bridge))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-10-03T12:00:00", "2025-10-03 12:00:00.000"})
    void takesATimeWithoutZoneForUtcAndCountsIt(String wire) {
        bridge.put("event_timestamp", wire);

        assertThat(timeOf(read(bridge))).isEqualTo("2025-10-03T12:00:00Z");
        assertThat(leniencies(read(bridge))).containsExactly(Leniency.TIME_WITHOUT_ZONE);
        assertThat(brokenFields(readStrictly(bridge))).containsExactly("event_timestamp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "now", "2025-10-03", "2025-10-03T", "2025-13-03T12:00:00Z", "2025-02-30T12:00:00Z",
                "2025-10-03T24:01:00Z", "2025-10-03T12:00:00+99:00", "+12025-10-03T12:00:00Z", "-0044-03-15T12:00:00Z",
                "1759485600", "2025-10-03T12:00:00ZZ", "2025-10-03T12:00:00 +00:00"
            })
    void rejectsWhatIsNoTime(String wire) {
        bridge.put("event_timestamp", wire);

        assertThat(brokenFields(read(bridge))).containsExactly("event_timestamp");
    }

    @Test
    void rejectsABrokenPayloadTimeThoughTheEnvelopesCounts() {
        payload(bridge).put("timestamp", 1759485600);

        assertThat(brokenFields(read(bridge))).containsExactly("payload.timestamp");
    }

    @Test
    void toleratesAClockThatIsFiveMinutesAhead() {
        bridge.put("event_timestamp", RECEIVED.plusSeconds(300).toString());

        assertThat(timeOf(read(bridge))).isEqualTo(RECEIVED.plusSeconds(300));
        assertThat(leniencies(read(bridge))).isEmpty();
    }

    @Test
    void setsAClockBackThatIsFurtherAheadEvenWhenStrict() {
        bridge.put("event_timestamp", "9999-12-31T23:59:59Z");

        for (NodeEvent event : List.of(read(bridge), readStrictly(bridge))) {
            assertThat(timeOf(event)).isEqualTo(RECEIVED);
            assertThat(leniencies(event)).containsExactly(Leniency.CLOCK_AHEAD);
        }
    }

    @Test
    void setsTheRecordsClockBackToo() {
        bridge.remove("event_timestamp");
        payload(bridge).remove("timestamp");

        NodeEvent event = WireSamples.LENIENT.read(
                TopicKind.INTROSPECTION, utf8(bridge), RECEIVED.plusSeconds(301), RECEIVED);

        assertThat(timeOf(event)).isEqualTo(RECEIVED);
        assertThat(leniencies(event)).contains(Leniency.CLOCK_AHEAD);
    }

    private static Instant timeOf(NodeEvent event) {
        return ((Introduced) event).version().eventTime();
    }

    private static Set<Leniency> leniencies(NodeEvent event) {
        return ((Introduced) event).leniencies();
    }
}
