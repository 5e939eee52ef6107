// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.AllowedAddresses.Names;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

/** A node that shows a certificate of its own making, for the name {@code node.example}. */
class HttpsProbeTest {

    private static final String PASSWORD = "changeit";
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static final Names ALL_HERE = host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")};

    @TempDir
    static Path files;

    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        KeyStore keys = keys();
        String certificate = Base64.getMimeEncoder().encodeToString(keys.getCertificate("node").getEncoded());
        Files.writeString(
                files.resolve("node.crt"),
                "-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            ASKED.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void asksANodeWhoseCertificateItTrusts() {
        assertThat(Probing.ask(trusting(), ALL_HERE, url("node.example")).outcome()).isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void doesNotTrustACertificateThatNobodyVouchesFor() {
        int before = ASKED.get();

        ProbeResult result = Probing.ask(Probing.settings(), ALL_HERE, url("node.example"));

        assertThat(result).isEqualTo(new ProbeResult(Outcome.UNREACHABLE, "no TLS connection that can be trusted"));
        assertThat(ASKED).hasValue(before);
    }

    @Test
    void doesNotTrustACertificateForAnotherName() {
        int before = ASKED.get();

        ProbeResult result = Probing.ask(trusting(), ALL_HERE, url("other.example"));

        assertThat(result).isEqualTo(new ProbeResult(Outcome.UNREACHABLE, "no TLS connection that can be trusted"));
        assertThat(ASKED).hasValue(before);
    }

    private static ProbeSettings trusting() {
        return Probing.settings("registry.probe.ca-file", files.resolve("node.crt").toString());
    }

    private static URI url(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/health");
    }

    /** By the JDK's keytool. */
    private static KeyStore keys() throws Exception {
        Path store = files.resolve("node.p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "node", "-keyalg", "EC", "-dname", "CN=node", "-validity", "2",
                "-ext", "san=dns:node.example", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", PASSWORD);
        assertThat(new ProcessBuilder(command).redirectErrorStream(true).start().waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
