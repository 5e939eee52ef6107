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

    /** As UTS #46 has it without transition, and as browsers and curl call them. */
    @ParameterizedTest
    @CsvSource({
        "http://faß.de/, xn--fa-hia.de", "http://straße.de/, xn--strae-oqa.de", "http://FAẞ.DE/, xn--fa-hia.de",
        "http://βόλος.com/, xn--nxasmm1c.com", "http://نامه\u200cای.com/, xn--mgba3gch31f060k.com",
        "http://Bücher.example/, xn--bcher-kva.example", "http://bu\u0308cher.example/, xn--bcher-kva.example",
        "http://😀.example/, xn--e28h.example", "http://узел。example/, xn--e1adn3a.example",
        "http://１０.0.0.7/, 10.0.0.7",
        "http://xn--fa-hia.de/, xn--fa-hia.de", "http://XN--BCHER-KVA.example/, xn--bcher-kva.example",
        "http://r3---sn.example/, r3---sn.example", "http://ä_b.example/, xn--_b-uia.example"
    })
    void findsTheHostOfANameInAnyScript(String url, String host) {
        assertThat(Endpoint.parse(url)).hasValueSatisfying(found -> {
            assertThat(found.host()).isEqualTo(host);
            assertThat(found.bare()).isEqualTo("http://" + host + "/");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "xn--", "xn--a", "xn--zzzzzz999", "XN--", "a.xn--a-ecp.ru", "xn--abc-.com", "xn--fass-.de", "xn--Ü.de",
        "xn--\u00fc.de", "a\u200cb.de", "\u0660.com", "1א.com", "\u2100.com", "\ufdfa.x", "\u0300a.x", "ä-.de", "-ä.de"
    })
    void refusesANameThatHasNoFormInDns(String host) {
        assertThat(Endpoint.parse("http://" + host + "/")).isEmpty();
        assertThat(EndpointUrl.problem("http://" + host + "/", 500)).contains("host");
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
