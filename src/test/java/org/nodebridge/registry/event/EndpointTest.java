// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "http://node:8080/health, node, 8080",
        "http://node/health, node, 80",
        "HTTPS://node/health, node, 443",
        "https://node:/health, node, 443",
        "http://my_service_1:8080/health, my_service_1, 8080",
        "http://my_service_1, my_service_1, 80",
        "http://user:p%40ss@my_service:81/x, my_service, 81",
        "http://user:secret@node:81/x, node, 81",
        "http://[2001:db8::1]:8080/health, 2001:db8::1, 8080",
        "https://[::1]/health, ::1, 443",
        "http://u:p@[::1]:9/health, ::1, 9",
        "grpc://node:50051, node, 50051",
        "grpc://node, node, 0",
        "http://10.0.0.7:65535, 10.0.0.7, 65535"
    })
    void findsHostAndPort(String url, String host, int port) {
        assertThat(Endpoint.parse(url)).hasValueSatisfying(found -> {
            assertThat(found.host()).isEqualTo(host);
            assertThat(found.port()).isEqualTo(port);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "health", "/health", "mailto:a@b", "http:///health", "http://node:0/", "http://node:65536/",
        "http://node:123456/", "http://node:80a/", "http://a:b:c/", "http://no de/", "http://user@/", "http://[::1/",
        "http://:8080/"
    })
    void takesNoPlaceFromWhatNamesNone(String url) {
        assertThat(Endpoint.parse(url)).isEmpty();
    }

    @Test
    void takesNoPlaceFromNothing() {
        assertThat(Endpoint.parse(null)).isEmpty();
    }

    @Test
    void leavesCredentialsAndFragmentOut() {
        assertThat(Endpoint.parse("http://user:secret@my_node:81/a%20b?deep=1&x=%2F#top").orElseThrow().bare())
                .isEqualTo("http://my_node:81/a%20b?deep=1&x=%2F");
    }

    @Test
    void keepsTheBracketsOfAnAddressInTheUrl() {
        assertThat(Endpoint.parse("http://u:p@[::1]:9/health").orElseThrow().bare())
                .isEqualTo("http://[::1]:9/health");
    }

    @Test
    void putsAnotherPathInPlaceOfItsOwn() {
        assertThat(Endpoint.parse("http://user:secret@my_node/a?b=c").orElseThrow().withPath("/ready?deep=1"))
                .isEqualTo("http://my_node:80/ready?deep=1");
        assertThat(Endpoint.parse("https://[::1]:9/health").orElseThrow().withPath("/ready"))
                .isEqualTo("https://[::1]:9/ready");
    }

    @Test
    void tellsHttpFromOthers() {
        assertThat(Endpoint.parse("HTTPS://node").orElseThrow().isHttp()).isTrue();
        assertThat(Endpoint.parse("http://node").orElseThrow().isHttp()).isTrue();
        assertThat(Endpoint.parse("grpc://node").orElseThrow().isHttp()).isFalse();
    }
}
