// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.nodebridge.registry.config.value.PemFile;

/** Where an issuer serves its JWKS. */
final class JwksAddress {

    /** A key has about a kilobyte, with its chain of certificates some more. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final HttpUrl url;
    private final OkHttpClient client;

    /**
     * @param caFile the authorities trusted for the address; empty for the JVM's own
     * @throws IllegalArgumentException when the address is none, or the file cannot be used
     */
    JwksAddress(String location, String caFile) throws GeneralSecurityException {
        try {
            url = HttpUrl.get(location);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("registry.jwt.public-key-location is no URL", e);
        }
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .followRedirects(false)
                .connectTimeout(TIMEOUT)
                .readTimeout(TIMEOUT)
                .writeTimeout(TIMEOUT)
                .callTimeout(DEADLINE);
        if (!caFile.isEmpty()) {
            X509TrustManager trust = new PemFile("registry.jwt.ca-file", caFile).trust();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            builder.sslSocketFactory(context.getSocketFactory(), trust);
        }
        client = builder.build();
    }

    /**
     * What is served there now; follows no redirect.
     *
     * @throws IOException when it is not 200, is longer than 256 kB, or takes longer than ten seconds
     */
    String fetch() throws IOException {
        Request request = new Request.Builder().url(url).header("Connection", "close").build();
        try (Response response = client.newCall(request).execute()) {
            if (response.code() != HttpURLConnection.HTTP_OK) {
                throw new IOException("the answer is " + response.code());
            }
            BufferedSource body = Objects.requireNonNull(response.body(), "an answer to a call has a body").source();
            if (body.request(MAX_BYTES + 1L)) {
                throw new IOException("the answer is longer than " + MAX_BYTES + " bytes");
            }
            return body.readString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public String toString() {
        return url.scheme() + "://" + url.host() + url.encodedPath(); // without user, password and query
    }
}
