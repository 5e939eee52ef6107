// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.Okio;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Scheme;
import org.nodebridge.registry.event.WireJson;

/**
 * Requests to Consul's HTTP interface on kept-alive connections. Safe for many threads; a call takes no longer than
 * the request timeout and ends at once when its thread is interrupted.
 */
public final class ConsulHttp implements AutoCloseable {

    /** What Consul said: {@code body} is empty for a success whose body nobody asked for. */
    public record Answer(int status, byte[] body) {}

    /** What becomes of a success; called by the client's threads, which end when the call is given up. */
    private interface Success {

        byte[] read(BufferedSource body) throws IOException;
    }

    private static final int LONGEST_ERROR = 1 << 20;
    private static final int LONGEST_ANSWER = 4 << 20;

    /** Longer than any setting lets the caller wait. */
    private static final Duration LONGEST_LIST = Duration.ofMinutes(5);

    /** More than the calls that fault tolerance lets through at once. */
    private static final int CONNECTIONS = 64;

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient client;
    private final List<HttpUrl> servers;
    private final AtomicInteger current = new AtomicInteger();
    private final String token;
    private final Duration timeout;

    public ConsulHttp(ConsulSettings settings) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(CONNECTIONS);
        dispatcher.setMaxRequestsPerHost(CONNECTIONS);
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(CONNECTIONS, 1, TimeUnit.MINUTES))
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .connectTimeout(settings.connectTimeout())
                // a call has one limit, the time that its caller waits
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO);
        if (settings.scheme() == Scheme.HTTPS) {
            ConsulTls tls = ConsulTls.of(settings);
            builder.sslSocketFactory(tls.context().getSocketFactory(), tls.trust());
        }
        client = builder.build();
        servers = servers(settings);
        token = settings.token().value();
        timeout = settings.requestTimeout();
    }

    /**
     * Where Consul's HTTP interface is, in the order in which the servers are tried.
     *
     * @throws IllegalArgumentException naming the setting when one of them is no host
     */
    public static List<HttpUrl> servers(ConsulSettings settings) {
        String scheme = settings.scheme().name().toLowerCase(Locale.ROOT);
        return settings.servers().stream().map(server -> {
            try {
                return HttpUrl.get(new URI(scheme, server, "/", null, null).parseServerAuthority().toString());
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("registry.consul.host is no host name: " + server, e);
            }
        }).toList();
    }

    /** The server that answered last, or the next one after one that did not. */
    private HttpUrl server() {
        return servers.get(current.get());
    }

    /** One that fails is not asked again before the others; who tries again asks the next. */
    private void pass(HttpUrl failed) {
        int index = servers.indexOf(failed);
        current.compareAndSet(index, (index + 1) % servers.size());
    }

    /**
     * Reads JSON of up to 4 MiB, {@link com.fasterxml.jackson.databind.node.NullNode} where Consul says {@code null};
     * what grows with the number of nodes is read by {@link #each}.
     */
    public JsonNode get(String path) {
        return json(path, exchange(request(path), upTo(LONGEST_ANSWER), timeout, true).body());
    }

    /** The same of what may not be there; empty where Consul says 404. */
    public Optional<JsonNode> find(String path) {
        Answer answer = exchange(request(path), upTo(LONGEST_ANSWER), timeout, false);
        return switch (answer.status()) {
            case HttpURLConnection.HTTP_OK -> Optional.of(json(path, answer.body()));
            case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
            default -> throw ConsulRefusal.of(answer);
        };
    }

    private static JsonNode json(String path, byte[] body) {
        if (body.length > LONGEST_ANSWER) {
            throw new CatalogRefusedException("Consul's answer to " + path + " is longer than we can read");
        }
        try {
            return WireJson.PLAIN.readTree(body);
        } catch (IOException e) {
            throw new CatalogUnavailableException("Consul's answer to " + path + " is no JSON", e);
        }
    }

    /**
     * Reads a JSON list element by element, however long it is and, within five minutes, however long that takes:
     * a caller with less time interrupts the thread.
     *
     * @param member the member of the answer's object that is the list; {@code null} when the answer itself is
     * @param element is given each element in turn, by one thread at a time, and some of them in vain when this then
     *     throws
     */
    public void each(String path, String member, Consumer<JsonNode> element) {
        each(path, JsonElements.ofList(member, element));
    }

    /** The same of a JSON object and the values of its members. */
    public void eachMember(String path, Consumer<JsonNode> value) {
        each(path, JsonElements.ofMembers(value));
    }

    private void each(String path, JsonElements elements) {
        Success read = body -> {
            elements.read(body.inputStream());
            return new byte[0];
        };
        exchange(request(path), read, LONGEST_LIST, true);
    }

    /** Sends JSON. A success comes without its body; any other status is for the caller to judge. */
    public Answer put(String path, byte[] json) {
        return put(path, json, body -> {
            body.readAll(Okio.blackhole()); // to its end, or the connection would not be used again
            return new byte[0];
        });
    }

    /** Sends JSON that asks for something; of a success comes no more than this many bytes and one. */
    public Answer put(String path, byte[] json, int longestSuccess) {
        return put(path, json, upTo(longestSuccess));
    }

    /** The same, to create something whose name Consul chooses. */
    public Answer post(String path, byte[] json, int longestSuccess) {
        return exchange(request(path).post(new SentOnce(json)), upTo(longestSuccess), timeout, false);
    }

    /** The same without a body, to delete. */
    public Answer delete(String path, int longestSuccess) {
        return exchange(request(path).delete(), upTo(longestSuccess), timeout, false);
    }

    private Answer put(String path, byte[] json, Success success) {
        return exchange(request(path).put(new SentOnce(json)), success, timeout, false);
    }

    private Request.Builder request(String path) {
        Request.Builder request = new Request.Builder().url(Objects.requireNonNull(server().resolve(path), path));
        return token.isEmpty() ? request : request.header("X-Consul-Token", token);
    }

    /** Takes a body up to a limit and hangs up on the rest; one that was cut is one byte longer than the limit. */
    private static Success upTo(int limit) {
        return body -> {
            body.request(limit + 1L);
            return body.readByteArray(Math.min(limit + 1L, body.getBuffer().size()));
        };
    }

    private Answer exchange(Request.Builder request, Success success, Duration longest, boolean mustSucceed) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Call call = client.newCall(request.build());
        HttpUrl base = call.request().url().resolve("/");
        boolean answered = false;
        // not by this thread: a thread that reads from a socket does not end when it is interrupted
        call.enqueue(new Callback() {
            @Override
            public void onResponse(Call call, Response response) {
                try {
                    answer.complete(read(response, success));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }

            @Override
            public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            Answer said = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            answered = said.status() < HttpURLConnection.HTTP_INTERNAL_ERROR;
            if (mustSucceed && said.status() != HttpURLConnection.HTTP_OK) {
                throw ConsulRefusal.of(said);
            }
            return said;
        } catch (TimeoutException e) {
            throw new CatalogUnavailableException("Consul at " + base + " did not answer within " + longest, e);
        } catch (ExecutionException e) {
            throw new CatalogUnavailableException("Consul at " + base + " cannot be reached: " + e.getCause(), e);
        } catch (InterruptedException e) {
            // not interrupted again: it is the fault-tolerance timeout that does this, and a retry must start clean
            throw new CatalogUnavailableException("the call to Consul at " + base + " was interrupted", e);
        } finally {
            if (!answered) {
                pass(base);
            }
            call.cancel();
        }
    }

    private static Answer read(Response response, Success success) throws IOException {
        try (ResponseBody body = Objects.requireNonNull(response.body(), "an answer to a call has a body")) {
            Success reader = response.code() == HttpURLConnection.HTTP_OK ? success : upTo(LONGEST_ERROR);
            return new Answer(response.code(), reader.read(body.source()));
        }
    }

    /** Lets go of connections and threads. */
    @Override
    public void close() {
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    /** A body that the client does not send again by itself: what was sent may have taken effect. */
    private static final class SentOnce extends RequestBody {

        private final byte[] json;

        SentOnce(byte[] json) {
            this.json = json;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return json.length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(json);
        }

        @Override
        public boolean isOneShot() {
            return true;
        }
    }
}
