// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

/** What a node can answer, and do to us instead of answering. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HealthProbeTest {

    private static final ProbeSettings PATIENT = Probing.settings();
    private static final ProbeSettings HASTY = Probing.settings("registry.probe.timeout", "PT1S");

    private NodeServer server;

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK, ANSWERED, true", "204 No Content, ANSWERED, true", "429 Too Many Requests, BUSY, true",
        "404 Not Found, STATUS, false", "503 Service Unavailable, STATUS, false", "401 Unauthorized, STATUS, false"
    })
    void takesTheStatusForTheNodesHealth(String status, Outcome outcome, boolean alive) throws Exception {
        server = NodeServer.answering(status, "Retry-After: 0", "WWW-Authenticate: Basic realm=\"node\"");

        ProbeResult result = Probing.ask(PATIENT, server.url("/health"));

        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.alive()).isEqualTo(alive);
        assertThat(result.judged()).isTrue();
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"})
    void followsNoRedirect(String status) throws Exception {
        try (NodeServer other = NodeServer.answering("200 OK")) {
            server = NodeServer.answering(status, "Location: " + other.url("/secret?token=hunter2"));

            ProbeResult result = Probing.ask(PATIENT, server.url("/health"));

            assertThat(result).isEqualTo(new ProbeResult(
                    Outcome.REDIRECTED, "answered " + status.substring(0, 3) + ", and redirects are not followed"));
            assertThat(result.alive()).isFalse();
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void hangsUpOnABodyThatItDoesNotWant() throws Exception {
        int length = 10 << 20;
        server = NodeServer.that(out -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n").getBytes(US_ASCII));
            writeForEver(out, new byte[64 << 10], length);
        });

        ProbeResult result = Probing.ask(PATIENT, server.url("/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(server.cutOff().await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.sent()).isLessThan(length);
    }

    @Test
    void endsAtTheTimeoutWhenNothingIsAnswered() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server = NodeServer.that(out -> never.await());

        ProbeResult result = Probing.ask(HASTY, server.url("/health"));

        assertThat(result).isEqualTo(new ProbeResult(Outcome.TIMEOUT, "no answer within PT1S"));
        assertThat(result.alive()).isFalse();
        assertThat(result.judged()).isTrue();
        never.countDown();
    }

    @Test
    void endsAtTheTimeoutWhenTheHeadDripsInByteByByte() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server = NodeServer.that(out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(US_ASCII));
            while (!never.await(100, TimeUnit.MILLISECONDS)) {
                out.write('a');
            }
        });

        ProbeResult result = Probing.ask(HASTY, server.url("/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(server.cutOff().await(60, TimeUnit.SECONDS)).isTrue();
        never.countDown();
    }

    @Test
    void endsAtTheTimeoutWhenATlsHandshakeGetsNoAnswer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            ProbeResult result =
                    Probing.ask(HASTY, URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/health"));

            assertThat(result.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @Test
    void saysSoAtTheTimeoutWhileTheNameIsStillSearchedFor() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        HealthProbe probe = new HealthProbe(HASTY, Probing.DEADLINES, host -> {
            await(late); // opened by the deadline alone
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        });
        server = NodeServer.answering("200 OK");

        ProbeResult result = probe.ask(server.url("/health"), timeout -> {
            assertThat(timeout.outcome()).isEqualTo(Outcome.TIMEOUT);
            late.countDown();
        });

        assertThat(result.outcome()).isEqualTo(Outcome.TIMEOUT);
    }

    @Test
    void hangsUpOnHeadersWithoutEnd() throws Exception {
        server = NodeServer.that(out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
            writeForEver(out, "X-Many: more\r\n".repeat(1000).getBytes(US_ASCII), Long.MAX_VALUE);
        });

        assertThat(Probing.ask(PATIENT, server.url("/health")).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(server.cutOff().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hangsUpOnAHeaderWithoutEnd() throws Exception {
        server = NodeServer.that(out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(US_ASCII));
            writeForEver(out, "a".repeat(64 << 10).getBytes(US_ASCII), Long.MAX_VALUE);
        });

        assertThat(Probing.ask(PATIENT, server.url("/health")).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(server.cutOff().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isUnreachableWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }

        ProbeResult result = Probing.ask(PATIENT, URI.create("http://127.0.0.1:" + port + "/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(result.judged()).isTrue();
    }

    @Test
    void isUnreachableWhereTheAnswerIsNotHttp() throws Exception {
        server = NodeServer.that(out -> out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(US_ASCII)));

        assertThat(Probing.ask(PATIENT, server.url("/")).outcome()).isEqualTo(Outcome.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:0/", "ftp://127.0.0.1/", "http:///health", "health", "http://a:b:c/"})
    void asksNothingThatIsNoUrlToAsk(String url) {
        ProbeResult result = Probing.ask(PATIENT, URI.create(url));

        assertThat(result.outcome()).isEqualTo(Outcome.INVALID);
        assertThat(result.alive()).isFalse();
        assertThat(result.judged()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeForEver(OutputStream out, byte[] piece, long most) throws Exception {
        for (long written = 0; written < most; written += piece.length) {
            out.write(piece);
        }
    }
}
