// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is accepted is one place for every parser: ours, the JDK's, and what both make of the bare URL. */
class EndpointAgreementTest {

    private static final int TRIES = 50_000;

    private static final List<List<String>> PARTS = List.of(
            List.of("http", "https", "HTTP", "grpc", "ws", "nats+tls", "1x", "", "ht tp"),
            List.of("://", "://", "://", "://", ":", ":///", "//"),
            List.of("", "", "", "user@", "user:pw@", "u%40:p@", "u@v@", "u{@", "ü:ß@", ":@", "@"),
            List.of(
                    "host", "my_service", "a.b-c.example", "host.", "1.2.3.4", "01.2.3.4", "127.1", "0x7f.1",
                    "3232235777",
                    "a.1b", "1a", "[::1]", "[2001:db8::1]", "[::ffff:1.2.3.4]", "[fe80::1%25e]", "[::1", "::1", "[]",
                    "узел.example", "straße.de", "１.２.３.４", "a。b", "ä_b", "xn--nxasmq6b", "xn--", "a..b", "-a", "",
                    "a%20b", "a,b", "h{}", "0.0.0.0", "ünïcödé", "x".repeat(64), "\u202e", "\u00ad", "℀", "ﷺ", "日本.jp"),
            List.of("", "", "", ":", ":1", ":8080", ":65535", ":65536", ":0", ":-1", ":080", ":+80", ":８０", ":80a",
                    ":1:2"),
            List.of("", "", "/", "/a/b", "//a", "/../x", "/{id}", "/h|x", "/%41", "/%4", "/%", "/ä", "/日本", "/a b",
                    "/[x]",
                    "/;a=b", "/@:!$&'()*+,;=-._~", "\\x", "/\u200b", "/\uD83D\uDE00", "/^"),
            List.of("", "", "?a=b", "?a[b]=c", "?x={y}", "?ü", "?a?b/c", "?%", "? "),
            List.of("", "", "#f", "#a#b", "#{", "#ü", "#[x]"));

    @Test
    void agreesWithTheJdkOnAllThatItAccepts() {
        Random random = new Random(41);
        int accepted = 0;
        for (int i = 0; i < TRIES; i++) {
            StringBuilder text = new StringBuilder();
            PARTS.forEach(choices -> text.append(choices.get(random.nextInt(choices.size()))));
            String url = text.toString();
            Endpoint endpoint = Endpoint.parse(url).orElse(null);
            assertThat(endpoint == null).as(url).isEqualTo(EndpointUrl.problem(url, 2048) != null);
            if (endpoint != null) {
                accepted++;
                agrees(url, endpoint);
            }
        }
        assertThat(accepted).isGreaterThan(TRIES / 100);
    }

    private static void agrees(String url, Endpoint endpoint) {
        URI given = URI.create(url);
        URI bare = URI.create(endpoint.bare());
        assertThat(endpoint.host()).as(url).isNotEmpty().matches("[!-~]+");
        assertThat(endpoint.scheme()).as(url).isEqualToIgnoringCase(given.getScheme());
        assertThat(endpoint.bare()).as(url).matches("[!-~]+").doesNotContain("#");
        assertThat(authority(bare)).as(url).isEqualTo(Endpoint.inUrl(endpoint.host()));
        if (bare.getHost() != null) {
            assertThat(bare.getHost()).as(url).isEqualTo(Endpoint.inUrl(endpoint.host()));
        }
        if (bare.getPort() >= 0 || endpoint.bare().matches(".*:\\d+(/.*|\\?.*)?")) {
            assertThat(bare.getAuthority()).as(url).endsWith(":" + Integer.toString(endpoint.port()));
        } else {
            assertThat(endpoint.port()).as(url).isIn(0, 80, 443);
        }
        assertThat(bare.getRawPath()).as(url).isEqualTo(URI.create(given.toASCIIString()).getRawPath());
        assertThat(Endpoint.parse(endpoint.bare())).as(url).hasValueSatisfying(again -> {
            assertThat(again.host()).isEqualTo(endpoint.host());
            assertThat(again.port()).isEqualTo(endpoint.port());
            assertThat(again.bare()).isEqualTo(endpoint.bare());
        });
    }

    private static String authority(URI bare) {
        return bare.getRawAuthority().replaceFirst(":\\d*$", "");
    }
}
