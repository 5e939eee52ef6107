// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.region.RemoteRecordReader.UnreadableRecordException;

class RemoteRecordReaderTest {

    private static final String HISTORY = "0b7c7f5e-8a62-4a57-b7f3-0f1f0a2a4c55";
    private static final String GOOD =
            "{'history_id': '" + HISTORY + "', 'revision': 7, 'registration': {'node_id': 'n',"
                    + " 'node_type': 'reducer', 'status': 'active', 'health': 'passing', 'future': [1.50]}}";

    private final RemoteRecordReader reader = new RemoteRecordReader();

    private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
        return new ConsumerRecord<>(
                "us.registrations.v1", 0, 1, key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void readsANodeWithMembersThatItDoesNotKnowAndEveryDigit() throws UnreadableRecordException {
        assertThat(reader.read(record("n", GOOD))).isEqualTo(new RemoteRecord.Registration(
                UUID.fromString(HISTORY), 0, 7, "n",
                "{'node_id':'n','node_type':'reducer','status':'active','health':'passing','future':[1.50]}"
                        .replace('\'', '"'),
                null, null));
    }

    @Test
    void readsTimesThatListsSortByAndLeavesOutWhatPostgresqlWouldRefuse() throws UnreadableRecordException {
        String value = GOOD.replace("'future'", "'registered_at': '2026-01-31T12:00:00.5Z',"
                + " 'updated_at': '2026-02-30T12:00:00Z', 'future'");

        RemoteRecord.Registration read = (RemoteRecord.Registration) reader.read(record("n", value));

        assertThat(read.registeredAt()).isEqualTo("2026-01-31T12:00:00.5Z");
        assertThat(read.updatedAt()).isNull();
    }

    @Test
    void takesANodeThatCanNotBeDiscoveredForOneThatHasLeft() throws UnreadableRecordException {
        assertThat(reader.read(record("n", GOOD.replace("'active'", "'expired'"))))
                .isInstanceOf(RemoteRecord.Removal.class);
    }

    @Test
    void readsARecordWithoutAValueByItsHeaders() throws UnreadableRecordException {
        ConsumerRecord<byte[], byte[]> record = record("n", null);
        record.headers().add("registry-history", HISTORY.getBytes(UTF_8)).add("registry-revision", "8".getBytes(UTF_8));

        assertThat(reader.read(record)).isEqualTo(new RemoteRecord.Removal(UUID.fromString(HISTORY), 0, 8, "n"));
    }

    @Test
    void tellsByItsHeadersWhichNodeARecordIsAboutThatCannotBeRead() {
        ConsumerRecord<byte[], byte[]> record = record("n", "no JSON");
        assertThat(RemoteRecordReader.unreadable(record)).as("of no exporter").isEmpty();
        ConsumerRecord<byte[], byte[]> beacon = record("\0beacon", "no JSON");
        ConsumerRecord<byte[], byte[]> gone = record("n", null);
        for (ConsumerRecord<byte[], byte[]> each : List.of(record, beacon, gone)) {
            each.headers().add("registry-history", HISTORY.getBytes(UTF_8))
                    .add("registry-history-number", "9".getBytes(UTF_8))
                    .add("registry-revision", "8".getBytes(UTF_8));
        }

        assertThat(RemoteRecordReader.unreadable(record))
                .contains(new RemoteRecord.Unreadable(UUID.fromString(HISTORY), 9, 8, "n"));
        assertThat(RemoteRecordReader.unreadable(beacon)).isEmpty();
        assertThat(RemoteRecordReader.unreadable(gone)).isEmpty();
    }

    @Test
    void readsABeacon() throws UnreadableRecordException {
        String beacon = "{'history_id': '" + HISTORY + "', 'revision': 7, 'complete': true, 'region': 'us',"
                + " 'nodes': 3, 'history_number': 12,"
                + " 'registry_id': 'r'}";

        assertThat(reader.read(record("\0beacon", beacon)))
                .isEqualTo(new RemoteRecord.Beacon(UUID.fromString(HISTORY), 12, 7, true, 3, "us", "r"));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "'active'                  | 'active', 'x': 1e99999999  | no JSON that can be kept",
        "'active'                  | 'act\\u0000ive'            | no JSON that can be kept",
        "'revision': 7 | 'revision': -1 | revision is no whole number",
        "'revision': 7 | 'revision': 7.5 | revision is no whole number",
        "'revision': 7 | 'revision': 99999999999999999999 | revision is no whole number",
        "'revision': 7 | 'revision': '7' | revision is no whole number",
        "0b7c7f5e-8a62             | 0b7c7f5e-8a6               | history_id is no UUID",
        "'n'                       | 'other'                    | registration.node_id is not the key",
        "'n'                       | 7                          | registration.node_id is not the key",
        "'reducer'                 | 'printer'                  | registration.node_type is none of",
        "'passing'                 | 'fine'                     | registration.health is none of",
        "'registration'            | 'other'                    | registration is no object",
    })
    void saysWhatIsWrong(String part, String other, String message) {
        assertThatThrownBy(() -> reader.read(record("n", GOOD.replace(part, other))))
                .isInstanceOf(UnreadableRecordException.class).hasMessageContaining(message);
    }

    @Test
    void refusesRecordsWithoutAPlace() {
        assertThatThrownBy(() -> reader.read(record(null, GOOD))).hasMessageContaining("no key");
        assertThatThrownBy(() -> reader.read(record("n", null))).hasMessageContaining("does not say its revision");
        assertThatThrownBy(() -> reader.read(record("n".repeat(600), GOOD))).hasMessageContaining("no node's id");
        ConsumerRecord<byte[], byte[]> noText = new ConsumerRecord<>(
                "t", 0, 1, new byte[] {(byte) 0xff}, GOOD.replace('\'', '"').getBytes(UTF_8));
        assertThatThrownBy(() -> reader.read(noText)).hasMessageContaining("no node's id");
    }

    @Test
    void endsWithARecordOrAReasonForAnyBytes() {
        Random random = new Random(7);
        byte[] good = GOOD.replace('\'', '"').getBytes(UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int change = 0; change < 1 + i % 4; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(reader.read(new ConsumerRecord<>("t", 0, i, "n".getBytes(UTF_8), bytes))).isNotNull();
            } catch (UnreadableRecordException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
