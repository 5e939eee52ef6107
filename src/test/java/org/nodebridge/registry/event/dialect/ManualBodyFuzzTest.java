// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.STRICT;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.fuzz.Bounded;

class ManualBodyFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void everyBodyBecomesWhatItsRequestIsForOrNamesTheBrokenField(byte[] body) {
        for (EnvelopeReader reader : List.of(LENIENT, STRICT)) {
            NodeEvent introduction = Bounded.time(() -> reader.readIntroduction(body, RECEIVED));
            SoundEvent.check(introduction);
            assertThat(introduction).isInstanceOfAny(Introduced.class, Unreadable.class);
            NodeEvent heartbeat = Bounded.time(() -> reader.readHeartbeat(body, "node-1", RECEIVED));
            SoundEvent.check(heartbeat);
            assertThat(heartbeat).isInstanceOfAny(Heartbeat.class, Unreadable.class);
        }
    }

    static Stream<byte[]> seeds() throws IOException {
        Stream<byte[]> payloads = WireSamples.names().stream()
                .map(name -> WireSamples.tree(name).path("payload"))
                .filter(payload -> payload.isObject())
                .map(WireSamples::utf8);
        return Stream.concat(payloads, HostileRecords.all());
    }
}
