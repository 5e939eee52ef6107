// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.config.value.PemFile;

/**
 * Makes a client for one probe, with everything off that would make more of it than one bounded request. Nothing is
 * kept between probes, neither connections nor a pool's memory of every host there ever was.
 */
final class ProbeClient {

    private static final String USER_AGENT = "nodebridge-registry (health probe)";
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_LINE = 8 << 10;
    private static final int RECEIVE_BUFFER = 32 << 10;

    private final AllowedAddresses addresses;
    private final Timeout timeout;
    private final DefaultClientTlsStrategy tls;

    /** @throws IllegalArgumentException naming the setting whose file cannot be used */
    ProbeClient(ProbeSettings settings, AllowedAddresses addresses) {
        this.addresses = addresses;
        timeout = Timeout.ofMilliseconds(Math.max(1, settings.timeout().toMillis()));
        tls = new DefaultClientTlsStrategy(tls(settings.caFile()));
    }

    /** To be closed by the caller. */
    CloseableHttpClient open() {
        return HttpClients.custom()
                .setConnectionManager(connections())
                .setConnectionReuseStrategy((request, response, context) -> false)
                // the default one may take a proxy from the JVM's properties
                .setRoutePlanner(new DefaultRoutePlanner(null))
                .setDefaultRequestConfig(requests())
                .setUserAgent(USER_AGENT)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    private HttpClientConnectionManager connections() {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(addresses)
                .setTlsSocketStrategy(tls)
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(timeout).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(timeout)
                        .setRcvBufSize(RECEIVE_BUFFER)
                        .build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(MOST_HEADERS)
                                .setMaxLineLength(LONGEST_LINE)
                                .build())
                        .build())
                .build();
    }

    private RequestConfig requests() {
        return RequestConfig.custom()
                .setConnectionRequestTimeout(timeout)
                .setResponseTimeout(timeout)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .build();
    }

    private static SSLContext tls(String caFile) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager trust = new PemFile("registry.probe.ca-file", caFile).trust();
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("registry.probe.ca-file cannot be used: " + e, e);
        }
    }
}
