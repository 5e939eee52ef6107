// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.dialect.WireSamples;

class EndpointUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost", "https://host:8443/a?b=c#d", "grpc://localhost:9090", "HTTP://HOST/",
                "http://my_service_1:8080/health", "http://10.0.0.1:80", "http://[::1]:8080/health",
                "http://[2001:db8::1]", "http://[::ffff:1.2.3.4]/", "http://[::ffff:169.254.1.2]/",
                "http://169.254.1.2/", "http://192.0.2.1/", "http://100.64.0.1/", "http://[fd00::1]/",
                "http://[fec0::1]/", "http://[2002:102:304::1]/", "http://[101::1]/", "http://[::1:0:0]/",
                "http://[64:ff9b::1.2.3.0]/",
                "http://user:pw@host/",
                "nats+tls://h.example:4222",
                "http://host:/", "http://узел.example/", "http://host?q", "http://host/items/%7Bid%7D",
                "http://host.example.:8080/", "http://host/a?filter[name]=b", "http://host/größe", "s3://my_bucket/key"
            })
    public void acceptsAbsoluteUrlsWithAHost(String url) {
        assertThat(EndpointUrl.problem(url, 500)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "http:///health", "http://", "http://:8080/", "http://user:pw@/x", "//host/x", "host:8080",
                "localhost", "invalid-url", "mailto:a@b", "1http://host", "http://ho st/", "http://host/a b",
                "http://host:0", "http://host:65536", "http://host:80a", "http://host:-1", "http://[::1", "http://[]/",
                "http://[1::2::3]/", "http://[::1]8080/", "http://a,b:1/", "http://host\\@other/", "http:// /",
                "http://host\n/", "://host", "http://host/items/{id}", "http://host/h|x", "http://host/a^b",
                "http://host/`",
                "http://host/<a>", "http://host/a%", "http://host/a%2", "http://host/%zz", "http://host/a[1]",
                "http://host/#a{b}", "http://host/?q={x}", "http://a@b@host/", "http://us{er@host/",
                "http://[fe80::1%25eth0]:1/", "http://[fe80::1%eth0]/", "http://[v1.a]/", "http://[fe80::1]:80/",
                "http://[FEBF::1]/", "http://[fe80::169.254.1.2]/", "http://[::1.2.3.4]/", "http://[::2]/",
                "http://[100::1]/", "http://[ff0e::1]/", "http://240.0.0.1/", "http://224.0.0.1/", "http://0.1.2.3/",
                "http://[1.2.3.4]/",
                "http://[::01.2.3.4]/", "http://[::ffff:1.02.3.4]/", "http://[64:ff9b::1.2.3.00]/",
                "http://[::ffff:0.1.2.3]/", "http://[::ffff:f0.0.0.1]/", "http://[::ffff:f000:1]/",
                "http://[::]/", "http://[ff02::1]/", "http://0.0.0.0:8080/", "http://255.255.255.255/",
                "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
                "http://010.0.0.1/", "http://10.0.0.256/", "http://10.0.0.1.5/", "http://10.0.0/", "http://10.0.0.1./",
                "http://a..b/", "http://.a/", "http://a../", "http://./", "http://-a/", "http://a-.b/",
                "http://ho%41st/",
                "http://１２７.1/", "http://host\u200b/", "http://host\u202e/", "http://host/\u202e",
                "http://host/a\u00a0b",
                "http://a\u2100b/", "http://\ud800/"
            })
    public void rejectsWhatHasNoSchemeOrNoHost(String url) {
        assertThat(EndpointUrl.problem(url, 500)).startsWith("must be an absolute URL with scheme and host");
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:hunter2@/health, http://***@/health",
        "http://user:hunter2@host:99999/x, http://***@host:99999/x",
        "http://user:hun/ter2@host:0, http://***@host:0",
        "user:hunter2@host, ***@host",
        "http:///health?token=hunter2, http:///health",
        "http:///health#hunter2, http:///health",
        "http://user:hunter2?x@:80/, http://***@:80/",
    })
    public void redactsWhatMayBeACredential(String url, String redacted) {
        assertThat(EndpointUrl.problem(url, 500)).endsWith('"' + redacted + '"').doesNotContain("hunter2");
    }

    @Test
    public void namesTheEndpointAndNotItsPassword() {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        WireSamples.payload(record).putObject("endpoints").put("api", "http://user:hunter2@:8080/");

        assertThat(WireSamples.errors(WireSamples.read(record)))
                .containsExactly(new FieldError(
                        "payload.endpoints.api",
                        "must be an absolute URL with scheme and host (the host is missing), not "
                                + "\"http://***@:8080/\""));
    }

    @ParameterizedTest
    @CsvSource({"health, 500", "api, 2048"})
    public void holdsUrlsToTheLengthOfTheirColumn(String name, int most) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        String longest = "http://h/" + "x".repeat(most - "http://h/".length());
        WireSamples.payload(record).putObject("endpoints").put(name, longest);
        assertThat(WireSamples.read(record)).isInstanceOf(Introduced.class);

        WireSamples.payload(record).putObject("endpoints").put(name, longest + "x");
        assertThat(WireSamples.brokenFields(WireSamples.read(record))).containsExactly("payload.endpoints." + name);
    }
}
