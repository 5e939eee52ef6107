// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.contract.Contract;

class ExportedRecordsTest {

    private static final RecordHeaders PLACE = new RecordHeaders(new UUID(1, 2), 3, 4, "of then/of that event");

    private final ExportedRecords records =
            new ExportedRecords("registrations.v1", "eu", "registry-1", List.of(), null);

    @Test
    void beaconsAndRemovalsAreAsTheContractSays() {
        holds("registration-beacon", records.beacon(PLACE, true, 7));
        holds("registration-beacon", records.beacon(PLACE, false, -1));
        holds("registration-removal", records.removal("node", PLACE));
    }

    @Test
    void theContractNamesTheMembersOfARegistrationAndNoOthers() {
        JsonNode members = Contract.json("schemas/registration.json").at("/$defs/node/properties");
        List<String> named = new ArrayList<>();
        members.fieldNames().forEachRemaining(named::add);

        assertThat(named).containsExactlyInAnyOrderElementsOf(ExportedRecords.MEMBERS);
    }

    @Test
    void whatIsPublishedAgainAtOneRevisionIsTheSameEventAndABeaconNeverIs() {
        assertThat(id(records.removal("node", PLACE))).isEqualTo(id(records.removal("node", PLACE)))
                .isNotEqualTo(id(records.removal("other", PLACE)));
        assertThat(id(records.beacon(PLACE, true, 7))).isNotEqualTo(id(records.beacon(PLACE, true, 7)));
    }

    private static void holds(String message, ProducerRecord<byte[], byte[]> record) {
        Contract.holds(message, record.value(), record.headers());
    }

    private static String id(ProducerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
    }
}
