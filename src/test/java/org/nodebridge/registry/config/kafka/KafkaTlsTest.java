// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.servers.SelfSigned;

/** Whom Kafka's clients trust. What answers is no broker; it does not come to that. */
class KafkaTlsTest {

    @TempDir
    static Path files;

    private static SelfSigned certificate;

    private HttpsServer server;

    @BeforeAll
    static void makeACertificate() {
        certificate = SelfSigned.in(files);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void speakToABrokerWhomTheyTrust() throws Exception {
        serve("127.0.0.1");

        assertThat(failure(certificate.certificate().toString(), 8_000)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void doNotTrustACertificateThatNobodyVouchesFor() throws Exception {
        serve("127.0.0.1");

        assertThat(failure("", 90_000)).isInstanceOf(SslAuthenticationException.class);
    }

    @Test
    void doNotTrustACertificateForAnotherAddress() throws Exception {
        serve("127.0.0.2");

        assertThat(failure(certificate.certificate().toString(), 90_000))
                .isInstanceOf(SslAuthenticationException.class);
    }

    /** Why a client that asks what is there, over and over, gets no answer. */
    private Throwable failure(String caFile, int timeoutMillis) throws InterruptedException {
        var settings = new KafkaSecuritySettings("SSL", "", "", new Secret(""), caFile, "", "");
        Map<String, Object> properties = new HashMap<>(settings.clientProperties());
        properties.put("bootstrap.servers", server.getAddress().getHostString() + ":" + server.getAddress().getPort());
        properties.put("request.timeout.ms", timeoutMillis * 3 / 4);
        properties.put("default.api.timeout.ms", timeoutMillis);
        try (Admin admin = Admin.create(properties)) {
            admin.describeCluster().nodes().get();
            throw new AssertionError("this is no broker");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private void serve(String address) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        char[] password = "changeit".toCharArray();
        try (InputStream in = Files.newInputStream(files.resolve("keys.p12"))) {
            keys.load(in, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.start();
    }
}
