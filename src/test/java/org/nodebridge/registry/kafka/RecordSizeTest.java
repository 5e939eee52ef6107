// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordSizeTest {

    @Test
    void countsKeyValueAndHeaders() {
        ConsumerRecord<byte[], byte[]> bare = new ConsumerRecord<>("t", 0, 0, null, null);
        ConsumerRecord<byte[], byte[]> full = new ConsumerRecord<>("t", 0, 0, new byte[10], new byte[1000]);
        full.headers().add("h", new byte[100_000]).add("none", null);

        assertThat(RecordSize.of(full) - RecordSize.of(bare)).isBetween(101_010L, 102_000L);
    }

    @Test
    void weighsTheTreeThatAValueBecomes() {
        byte[] objects = ("[" + "{},".repeat(5_000) + "{}]").getBytes(UTF_8);
        ConsumerRecord<byte[], byte[]> dense = new ConsumerRecord<>("t", 0, 0, null, objects);
        ConsumerRecord<byte[], byte[]> text = new ConsumerRecord<>("t", 0, 0, null, new byte[objects.length]);

        assertThat(RecordSize.of(dense)).isGreaterThan(440_000);
        assertThat(RecordSize.of(text)).isLessThan(20_000);
    }

    @Test
    void partsAreBoundedInBytesAndKeepTheOrder() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int size : List.of(10, 900_000, 50, 2_000_000, 100, 100)) {
            records.add(new ConsumerRecord<>("t", 0, records.size(), null, new byte[size]));
        }

        List<List<ConsumerRecord<byte[], byte[]>>> parts = RecordSize.parts(records, 1_000_000);

        assertThat(parts.stream().map(part -> part.stream().map(ConsumerRecord::offset).toList()))
                .containsExactly(List.of(0L, 1L, 2L), List.of(3L), List.of(4L, 5L));
    }
}
