// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

/** Where a node can make us connect to, and what we say there. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProbedAddressTest {

    private static final ProbeSettings LOOPBACK = Probing.settings();
    private static final ProbeSettings ONE_ADDRESS =
            Probing.settings("registry.probe.allowed-addresses", "127.0.0.1");
    private static final ProbeSettings DEFAULT = Probing.settings("registry.probe.allowed-addresses", "");

    private NodeServer server;

    @BeforeEach
    void start() throws IOException {
        server = NodeServer.answering("200 OK", "Set-Cookie: session=1; Path=/");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"
    })
    void refusesThisMachineUnlessAllowed(String host) {
        ProbeResult result = Probing.ask(DEFAULT, URI.create("http://" + host + ":" + server.port() + "/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED_ADDRESS);
        assertThat(result.detail()).endsWith(" is not in registry.probe.allowed-addresses");
        assertThat(result.alive()).isFalse();
        assertThat(result.judged()).isFalse();
        assertThat(server.connections()).isZero();
    }

    /** No registration can name them, so a row that does is an old one. */
    @ParameterizedTest
    @ValueSource(strings = {"127.1", "2130706433", "0x7f.1", "0.0.0.0", "[::]"})
    void asksNoOddFormOfThisMachine(String host) {
        ProbeResult result =
                Probing.ask(Probing.settings(), URI.create("http://" + host + ":" + server.port() + "/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.INVALID);
        assertThat(server.connections()).isZero();
    }

    /** Without a connection, so that no test can ever make one there. */
    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fe80::1", "8.8.8.8", "2001:db8::1"})
    void refusesTheLinkAndTheInternet(String host) {
        AllowedAddresses addresses = new AllowedAddresses(InetAddress::getAllByName, DEFAULT.allowedAddresses());

        assertThatThrownBy(() -> addresses.resolve(host))
                .isInstanceOf(RefusedAddressException.class)
                .hasMessageEndingWith(" is not in registry.probe.allowed-addresses");
    }

    @Test
    void refusesANameThatMeansARefusedAddressAmongOthers() throws Exception {
        URI url = URI.create("http://node.example:" + server.port() + "/health");

        ProbeResult result = Probing.ask(
                ONE_ADDRESS, host -> new InetAddress[] {address("127.0.0.1"), address("127.0.0.2")}, url);

        assertThat(result).isEqualTo(new ProbeResult(
                Outcome.REFUSED_ADDRESS, "127.0.0.2 is not in registry.probe.allowed-addresses"));
        assertThat(server.connections()).isZero();
    }

    @Test
    void asksForAnAddressOnceAndConnectsToThatOne() {
        List<String> lookedUp = new CopyOnWriteArrayList<>();
        URI url = URI.create("http://rebinding.example:" + server.port() + "/health");

        ProbeResult result = Probing.ask(
                ONE_ADDRESS,
                host -> {
                    lookedUp.add(host);
                    return new InetAddress[] {address(lookedUp.size() == 1 ? "127.0.0.1" : "127.0.0.2")};
                },
                url);

        assertThat(result.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(lookedUp).containsExactly("rebinding.example");
        assertThat(server.requests()).singleElement().asString().contains("Host: rebinding.example:" + server.port());
    }

    @Test
    void isUnreachableWhereANameHasNoAddress() {
        ProbeResult result = Probing.ask(
                LOOPBACK,
                host -> {
                    throw new UnknownHostException(host);
                },
                server.url("/").resolve("http://gone.example/health"));

        assertThat(result).isEqualTo(new ProbeResult(Outcome.UNREACHABLE, "the name gone.example has no address"));
        assertThat(result.judged()).isTrue();
    }

    @Test
    void asksByAnIpv6Address() throws Exception {
        boolean there;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address("::1"), 0));
            there = true;
        } catch (IOException e) {
            there = false;
        }
        assumeThat(there).isTrue();

        // nobody listens there; what counts is that it was tried
        assertThat(Probing.ask(LOOPBACK, URI.create("http://[::1]:" + server.port() + "/health")).outcome())
                .isEqualTo(Outcome.UNREACHABLE);
    }

    @Test
    void asksByANameWithAnUnderscore() {
        ProbeResult result = Probing.ask(
                LOOPBACK,
                host -> new InetAddress[] {address("127.0.0.1")},
                URI.create("http://my_node:" + server.port() + "/health"));

        assertThat(result.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(server.requests()).singleElement().asString().contains("Host: my_node:");
    }

    @Test
    void doesNotTakeAPathForAnotherHost() {
        ProbeResult result = Probing.ask(LOOPBACK, server.url("//elsewhere.example/health?deep=1"));

        assertThat(result.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(server.requests()).singleElement().asString()
                .startsWith("GET //elsewhere.example/health?deep=1 HTTP/1.1\n")
                .contains("Host: 127.0.0.1:" + server.port());
    }

    @Test
    void saysNoMoreThanItMustAndKeepsNothing() {
        URI url = URI.create("http://user:hunter2@127.0.0.1:" + server.port() + "/health");
        Probing.ask(LOOPBACK, url);
        Probing.ask(LOOPBACK, url);

        assertThat(server.connections()).isEqualTo(2);
        assertThat(server.requests()).hasSize(2).allSatisfy(request -> assertThat(request.lines())
                .containsExactlyInAnyOrder(
                        "GET /health HTTP/1.1",
                        "Host: 127.0.0.1:" + server.port(),
                        "Accept: */*",
                        "Connection: close",
                        "User-Agent: nodebridge-registry (health probe)"));
    }

    @Test
    void goesByNoProxy() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (NodeServer proxy = NodeServer.answering("200 OK")) {
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
            System.setProperty("http.nonProxyHosts", "");
            ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("127.0.0.1", proxy.port())));

            Probing.ask(LOOPBACK, server.url("/health"));

            assertThat(proxy.connections()).isZero();
            assertThat(server.connections()).isEqualTo(1);
        } finally {
            List.of("http.proxyHost", "http.proxyPort", "http.nonProxyHosts").forEach(System::clearProperty);
            ProxySelector.setDefault(before);
        }
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }
}
