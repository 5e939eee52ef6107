// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class EndpointUrlFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void whatIsAcceptedHasOneAddressHoweverOftenItIsParsed(byte[] input) {
        for (String url : Texts.of(input)) {
            String problem = Bounded.time(() -> EndpointUrl.problem(url, 2048));
            Optional<Endpoint> endpoint = Bounded.time(() -> Endpoint.parse(url));
            if (problem == null) {
                Endpoint parsed = endpoint.orElseThrow(() -> new AssertionError("accepted without an address: " + url));
                assertThat(parsed.host()).isNotBlank().doesNotContain("@", "/", "?", "#", " ");
                assertThat(parsed.port()).isBetween(0, 65_535);
                assertThat(EndpointUrl.problem(parsed.bare(), Integer.MAX_VALUE)).as(parsed.bare()).isNull();
                assertThat(Endpoint.parse(parsed.bare())).as(parsed.bare()).hasValueSatisfying(again -> {
                    assertThat(again.scheme()).isEqualTo(parsed.scheme());
                    assertThat(again.host()).isEqualTo(parsed.host());
                    assertThat(again.port()).isEqualTo(parsed.port());
                    assertThat(again.bare()).isEqualTo(parsed.bare());
                });
            } else {
                assertThat(problem).isNotBlank();
            }
        }
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "http://10.0.0.5:8080/health", "https://user:secret@host.example:8443/a?b=c#d", "http://[::1]:8080/",
                "http://[2001:db8::1]", "http://my_service:8080", "grpc://host:50051", "http://b\u00fccher.example/",
                "http://xn--bcher-kva.example/", "http://10.0.0.5:8080/health/{id}", "http://10.0.0.5/h|x",
                "http://a\\@b/", "http://a@b@c/", "http://[::1%25eth0]/", "http://127.1/", "http://0x7f000001/",
                "http://host:65536", "http://host:", "http://host/%zz", "http://h\u3002x/", "HTTP://HOST.", "a://b",
                "http://" + "a.".repeat(1000) + "/", "http://host/" + "%20".repeat(600));
    }
}
