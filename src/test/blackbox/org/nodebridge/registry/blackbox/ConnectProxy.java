// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.nodebridge.registry.servers.ConsulBinary;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.ServerProcess;

/** Consul's own mesh proxy, {@code consul connect proxy}: it finds others in Consul's catalog, and is in no catalog. */
final class ConnectProxy implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final int port = FreePorts.one();
    private final ServerProcess process;

    private ConnectProxy(ConsulServer consul, String name, List<String> command) {
        Path program = ConsulBinary.find(line -> {}).orElseThrow().path();
        List<String> line = new ArrayList<>(List.of(
                program.toString(), "connect", "proxy", "-http-addr=" + consul.url(), "-log-level=debug"));
        command.forEach(each -> line.add(each.replace("{port}", Integer.toString(port))));
        process = new ServerProcess(
                name, Backends.emptyDirectory(name), line, Map.of("CONSUL_HTTP_TOKEN", "", "CONSUL_HTTP_ADDR", ""));
    }

    /** Before a service that listens on a port of this machine. */
    static ConnectProxy before(ConsulServer consul, String service, int servicePort) {
        return new ConnectProxy(consul, "sidecar", List.of(
                "-service=" + service, "-service-addr=127.0.0.1:" + servicePort, "-listen=127.0.0.1:{port}"));
    }

    /** Beside a caller of a service, who reaches it at {@link #port}. */
    static ConnectProxy besideACaller(ConsulServer consul, String caller, String service) {
        return new ConnectProxy(
                consul, "caller", List.of("-service=" + caller, "-upstream=" + service + ":127.0.0.1:{port}"));
    }

    ConnectProxy start() {
        process.launch();
        return this;
    }

    int port() {
        return port;
    }

    String log() {
        return process.log();
    }

    /** What comes back through it on a connection of its own; the failure's class in brackets when none does. */
    String get() {
        try {
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT)
                    .build();
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(LIMIT).build(),
                    BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "(" + e.getClass().getSimpleName() + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** For whom its certificate is, as it shows it to a client who believes everybody. */
    Collection<List<?>> namesInItsCertificate() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connected()) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames();
        }
    }

    /** Whether it answers a client who has no certificate. */
    boolean answersAStranger() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connected()) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private SSLSocket connected() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    @Override
    public void close() {
        process.kill();
    }

    /** The test wants to see a certificate, not to be safe. */
    private static final class Credulous extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
