// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.nodebridge.registry.config.PemFile;

/** Where an issuer serves its JWKS. */
final class JwksAddress {

    /** A key has about a kilobyte, with its chain of certificates some more. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final int TIMEOUT_MS = 3_000;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final URL url;
    private final SSLSocketFactory trusting;

    /**
     * @param caFile the authorities trusted for the address; empty for the JVM's own
     * @throws IllegalArgumentException when the address is none, or the file cannot be used
     */
    JwksAddress(String location, String caFile) throws GeneralSecurityException {
        try {
            url = URI.create(location).toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException("registry.jwt.public-key-location is no URL", e);
        }
        if (caFile.isEmpty()) {
            trusting = null;
        } else {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null, new TrustManager[] {new PemFile("registry.jwt.ca-file", caFile).trust()}, null);
            trusting = context.getSocketFactory();
        }
    }

    /**
     * What is served there now; follows no redirect.
     *
     * @throws IOException when it is not 200, is longer than 256 kB, or takes longer than ten seconds
     */
    String fetch() throws IOException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        if (trusting != null && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(trusting);
        }
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("the answer is " + connection.getResponseCode());
            }
            return body(connection.getInputStream(), deadline);
        } finally {
            connection.disconnect();
        }
    }

    private static String body(InputStream in, long deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            body.write(buffer, 0, read);
            if (body.size() > MAX_BYTES) {
                throw new IOException("the answer is longer than " + MAX_BYTES + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the answer takes longer than " + DEADLINE.toSeconds() + " s");
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return url.getProtocol() + "://" + url.getHost() + url.getPath(); // without user, password and query
    }
}
