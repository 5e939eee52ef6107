// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.ProbeSettings;

class ProbeTargetTest {

    private static final ProbeSettings SETTINGS = Probing.settings("registry.probe.effect.path", "/ready?deep=1");

    @ParameterizedTest
    @CsvSource({
        "http://node:8080/health, http://node:8080/health",
        "https://user:secret@my_node/health?a=b#top, https://my_node/health?a=b",
        "http://[fd00::1]:81/health, http://[fd00::1]:81/health"
    })
    void asksWhatTheNodeHasAnnounced(String announced, URI asked) {
        assertThat(ProbeTarget.of("compute", announced, SETTINGS)).contains(asked);
    }

    @Test
    void asksThePathThatIsSetForTheType() {
        assertThat(ProbeTarget.of("effect", "https://user:secret@node/health?a=b", SETTINGS))
                .contains(URI.create("https://node:443/ready?deep=1"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "grpc://node:50051", "file:///etc/passwd", "http://node:0/", "gopher://node/"})
    void asksNothingWhereThereIsNoHttp(String announced) {
        assertThat(ProbeTarget.of("effect", announced, SETTINGS)).isEmpty();
    }
}
