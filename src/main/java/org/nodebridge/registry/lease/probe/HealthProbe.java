// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.lease.probe.AllowedAddresses.Names;
import org.nodebridge.registry.lease.probe.BoundedNames.NotLookedUpException;
import org.nodebridge.registry.lease.probe.BoundedNames.SlowNameException;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

/** Asks one URL, once. Safe for many threads. */
final class HealthProbe {

    private final ProbeSettings settings;
    private final ScheduledExecutorService deadlines;
    private final ProbeClient client;

    /** @param deadlines ends the probes that take too long */
    HealthProbe(ProbeSettings settings, ScheduledExecutorService deadlines, Names names) {
        this.settings = settings;
        this.deadlines = deadlines;
        this.client = new ProbeClient(settings, new AllowedAddresses(names, settings.allowedAddresses()));
    }

    /**
     * Asks, on the calling thread. What is slow is cut off at the timeout.
     *
     * @param url by http or https
     * @param late called by another thread at the timeout, even while this one is still held
     * @throws BoundedNames.NotLookedUpException when the node's name is not looked up now
     */
    ProbeResult ask(URI url, Consumer<ProbeResult> late) {
        Endpoint endpoint = Endpoint.parse(url.toString()).filter(Endpoint::isHttp).orElse(null);
        if (endpoint == null) {
            return new ProbeResult(Outcome.INVALID, "not a URL that can be asked by http or https");
        }
        HttpGet request = request(endpoint, url);
        AtomicBoolean over = new AtomicBoolean();
        Future<?> deadline = deadlines.schedule(
                () -> {
                    over.set(true);
                    late.accept(timeout());
                    request.abort();
                },
                settings.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            ProbeResult result = ask(endpoint, request);
            return over.get() ? timeout() : result;
        } finally {
            deadline.cancel(false);
        }
    }

    private ProbeResult ask(Endpoint endpoint, HttpGet request) {
        HttpHost host = new HttpHost(endpoint.scheme(), endpoint.host(), endpoint.port());
        try (CloseableHttpClient once = client.open()) {
            ClassicHttpResponse response = once.executeOpen(host, request, null);
            // the response is not closed, because that would read its body to the end
            request.abort();
            return ProbeResult.ofStatus(response.getCode());
        } catch (RefusedAddressException e) {
            return new ProbeResult(Outcome.REFUSED_ADDRESS, e.getMessage());
        } catch (SlowNameException e) {
            return timeout();
        } catch (NotLookedUpException e) {
            throw e;
        } catch (UnknownHostException e) {
            return new ProbeResult(Outcome.UNREACHABLE, "the name " + endpoint.host() + " has no address");
        } catch (SSLException e) {
            return new ProbeResult(Outcome.UNREACHABLE, "no TLS connection that can be trusted");
        } catch (InterruptedIOException e) {
            return timeout();
        } catch (IOException e) {
            return new ProbeResult(Outcome.UNREACHABLE, "no HTTP answer: " + e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            return new ProbeResult(Outcome.INVALID, "cannot be asked: " + e.getClass().getSimpleName());
        } finally {
            request.abort();
        }
    }

    private ProbeResult timeout() {
        return new ProbeResult(Outcome.TIMEOUT, "no answer within " + settings.timeout());
    }

    private static HttpGet request(Endpoint endpoint, URI url) {
        // by its parts, because a path that begins with two slashes would be taken for another host
        HttpGet request = new HttpGet(URI.create("/"));
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        request.setPath(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
        request.setScheme(endpoint.scheme());
        request.setAuthority(new URIAuthority(endpoint.host(), endpoint.port()));
        request.setHeader(HttpHeaders.CONNECTION, "close");
        request.setHeader(HttpHeaders.ACCEPT, "*/*");
        return request;
    }
}
