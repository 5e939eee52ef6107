// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;
import static org.nodebridge.registry.event.dialect.WireSamples.STRICT;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;

class EnvelopeReaderFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void everyRecordOfAnyDialectBecomesASoundEvent(byte[] record) {
        for (EnvelopeReader reader : List.of(LENIENT, STRICT)) {
            for (TopicKind topic : TopicKind.values()) {
                SoundEvent.check(Bounded.time(() -> reader.read(topic, record, RECORDED, RECEIVED)));
            }
        }
    }

    static Stream<byte[]> seeds() throws IOException {
        return Stream.concat(WireSamples.names().stream().map(WireSamples::bytes), HostileRecords.all());
    }
}
