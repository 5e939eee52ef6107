// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulTls;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Mode;

class ConsulTlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path files;

    private static HttpsServer server;

    @BeforeAll
    static void startAServerThatWantsToKnowItsClients() throws Exception {
        pem("server", "RSA");
        pem("client-RSA", "RSA");
        pem("client-EC", "EC");
        Path clients = Files.write(files.resolve("clients.crt"), concat("client-RSA.crt", "client-EC.crt"));
        SSLContext context = ConsulTls.of(settings(
                Mode.CATALOG, clients.toString(), path("server.crt"), path("server.key")))
                .context();
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters params) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                params.setSSLParameters(ssl);
            }
        });
        server.createContext("/", exchange -> FakeConsul.answer(exchange, 200, "\"the leader\""));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"CATALOG, RSA", "CATALOG, EC", "AGENT, RSA", "AGENT, EC"})
    void showsItsCertificateToAConsulItTrusts(Mode mode, String algorithm) {
        ConsulSettings settings = settings(
                mode, path("server.crt"), path("client-" + algorithm + ".crt"), path("client-" + algorithm + ".key"));

        assertThat(ConsulClient.of(settings, Samples.OWNER, Samples.ANYWHERE).leader()).isEqualTo("the leader");
    }

    @ParameterizedTest
    @CsvSource({"CATALOG", "AGENT"})
    void isUnavailableWhenConsulIsNotTrusted(Mode mode) {
        ConsulSettings settings = settings(mode, "", path("client-EC.crt"), path("client-EC.key"));

        assertThatThrownBy(() -> ConsulClient.of(settings, Samples.OWNER, Samples.ANYWHERE).leader())
                .isInstanceOf(CatalogUnavailableException.class);
    }

    @Test
    void namesTheSettingOfAFileThatIsMissing() {
        assertThatThrownBy(() -> ConsulTls.of(settings(Mode.CATALOG, path("none.crt"), "", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry.consul.ca-file");
    }

    @Test
    void namesTheSettingOfAKeyInAnotherForm() throws Exception {
        Files.writeString(files.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END");

        assertThatThrownBy(() -> ConsulTls.of(
                settings(Mode.CATALOG, "", path("client-EC.crt"), path("old.key"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry.consul.key-file")
                .hasMessageContaining("PKCS#8")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void wantsCertificateAndKeyTogether() {
        assertThatThrownBy(() -> ConsulTls.of(settings(Mode.CATALOG, "", path("client-EC.crt"), "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both");
    }

    private static ConsulSettings settings(Mode mode, String caFile, String certificateFile, String keyFile) {
        return Samples.secure(
                mode, server == null ? 1 : server.getAddress().getPort(), caFile, certificateFile, keyFile);
    }

    private static String path(String name) {
        return files.resolve(name).toString();
    }

    private static byte[] concat(String first, String second) throws Exception {
        return (Files.readString(files.resolve(first)) + Files.readString(files.resolve(second)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A self-signed certificate for localhost and its key, by the JDK's keytool. */
    private static void pem(String name, String algorithm) throws Exception {
        Path store = files.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "it", "-keyalg", algorithm, "-dname", "CN=" + name, "-validity", "2",
                "-ext", "san=dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", new String(PASSWORD)));
        assertThat(new ProcessBuilder(command).redirectErrorStream(true).start().waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Key key = keys.getKey("it", PASSWORD);
        write(name + ".key", "PRIVATE KEY", key.getEncoded());
        write(name + ".crt", "CERTIFICATE", keys.getCertificate("it").getEncoded());
    }

    private static void write(String file, String kind, byte[] content) {
        String pem = "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content)
                + "\n-----END " + kind + "-----\n";
        try {
            Files.writeString(files.resolve(file), pem);
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
