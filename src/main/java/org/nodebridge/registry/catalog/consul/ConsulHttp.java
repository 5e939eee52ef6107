// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Scheme;
import org.nodebridge.registry.event.WireJson;

/**
 * Requests to Consul's HTTP interface on kept-alive connections. Safe for many threads; a call takes no longer than
 * the request timeout and ends at once when its thread is interrupted.
 */
final class ConsulHttp {

    /** What Consul said: {@code body} is empty for a success whose body nobody asked for. */
    record Answer(int status, byte[] body) {}

    private static final int LONGEST_ERROR = 1 << 20;
    private static final int LONGEST_ANSWER = 4 << 20;

    /** Longer than any setting lets the caller wait. */
    private static final Duration LONGEST_LIST = Duration.ofMinutes(5);

    private final HttpClient client;
    private final URI base;
    private final String token;
    private final Duration timeout;

    ConsulHttp(ConsulSettings settings) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout());
        if (settings.scheme() == Scheme.HTTPS) {
            builder.sslContext(ConsulTls.of(settings).context());
        }
        client = builder.build();
        base = base(settings);
        token = settings.token().value();
        timeout = settings.requestTimeout();
    }

    static URI base(ConsulSettings settings) {
        String scheme = settings.scheme().name().toLowerCase(Locale.ROOT);
        try {
            return new URI(scheme, null, settings.host(), settings.port(), "/", null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("registry.consul.host is no host name: " + settings.host(), e);
        }
    }

    /**
     * Reads JSON of up to 4 MiB, {@link com.fasterxml.jackson.databind.node.NullNode} where Consul says {@code null};
     * what grows with the number of nodes is read by {@link #each}.
     */
    JsonNode get(String path) {
        Answer answer = exchange(request(path).GET().build(), LONGEST_ANSWER);
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
        if (answer.body().length > LONGEST_ANSWER) {
            throw new CatalogRefusedException("Consul's answer to " + path + " is longer than we can read");
        }
        try {
            return WireJson.PLAIN.readTree(answer.body());
        } catch (IOException e) {
            throw new CatalogUnavailableException("Consul's answer to " + path + " is no JSON", e);
        }
    }

    /**
     * Reads a JSON list element by element, however long it is and, within five minutes, however long that takes:
     * whoever has less time interrupts the thread.
     *
     * @param member the member of the answer's object that is the list; {@code null} when the answer itself is
     * @param element is given each element in turn, by one thread at a time, and some of them in vain when this then
     *     throws
     */
    void each(String path, String member, Consumer<JsonNode> element) {
        each(path, () -> new JsonListBody(member, element));
    }

    /** The same of a JSON object and the values of its members. */
    void eachMember(String path, Consumer<JsonNode> value) {
        each(path, () -> JsonListBody.ofMembers(value));
    }

    private void each(String path, Supplier<JsonListBody> body) {
        Answer answer = exchange(
                request(path).timeout(LONGEST_LIST).GET().build(),
                info -> info.statusCode() == 200 ? body.get() : new BoundedJsonBody(LONGEST_ERROR),
                LONGEST_LIST);
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
    }

    /** Sends JSON. A success comes without its body; any other status is for the caller to judge. */
    Answer put(String path, byte[] json) {
        return put(path, json, 0);
    }

    /** Sends JSON that asks for something; of a success comes no more than this many bytes and one. */
    Answer put(String path, byte[] json, int longestSuccess) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(json))
                .build();
        return exchange(request, longestSuccess);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(timeout);
        return token.isEmpty() ? request : request.header("X-Consul-Token", token);
    }

    private Answer exchange(HttpRequest request, int longestSuccess) {
        return exchange(
                request,
                info -> {
                    if (info.statusCode() != 200) {
                        return new BoundedJsonBody(LONGEST_ERROR);
                    }
                    return longestSuccess == 0
                            ? BodySubscribers.replacing(new byte[0])
                            : new BoundedJsonBody(longestSuccess);
                },
                timeout);
    }

    private Answer exchange(HttpRequest request, BodyHandler<byte[]> body, Duration longest) {
        // not send(): its timeout ends with the headers, and a body that stalls would hold the thread for ever
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, body);
        try {
            HttpResponse<byte[]> response = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new CatalogUnavailableException("Consul at " + base + " did not answer within " + longest, e);
        } catch (ExecutionException e) {
            throw new CatalogUnavailableException("Consul at " + base + " cannot be reached: " + e.getCause(), e);
        } catch (InterruptedException e) {
            // not interrupted again: it is the fault-tolerance timeout that does this, and a retry must start clean
            throw new CatalogUnavailableException("the call to Consul at " + base + " was interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }
}
