// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** One response of {@code /registrations/watch}, read as it comes, without a thread of its own. */
final class WatchStream implements Flow.Subscriber<String>, AutoCloseable {

    static final String PATH = "/api/v1/registrations/watch";

    // an upgrade to HTTP/2 on every first request would only fill Liberty's log
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();

    private final Consumer<Event> listener;
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile HttpResponse.ResponseInfo response;
    private volatile boolean closed;
    private volatile Flow.Subscription subscription;

    // of the one event that is being read
    private String name = "message";
    private String id;
    private String data = "";

    private WatchStream(Consumer<Event> listener) {
        this.listener = listener;
    }

    /**
     * Opens a stream and returns at once.
     *
     * @param query as it stands in the URL, or empty
     * @param lastEventId {@code null} for none
     * @param listener receives every event, one at a time
     */
    static WatchStream open(Registry registry, String query, String lastEventId, Consumer<Event> listener) {
        WatchStream stream = new WatchStream(listener);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                Registry.as("reader", registry.request(PATH + query)).build(), (name, value) -> true)
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        BodyHandler<Void> events = info -> {
            stream.response = info;
            return info.statusCode() == 200
                    ? BodySubscribers.fromLineSubscriber(stream)
                    : BodyHandlers.replacing((Void) null).apply(info);
        };
        HTTP.sendAsync(request.build(), events)
                .whenComplete((response, failure) -> stream.ended.complete(null));
        return stream;
    }

    /** The status of the answer; 0 while there is none. */
    int status() {
        return response == null ? 0 : response.statusCode();
    }

    /** The header's value; empty when it is not there. */
    String header(String header) {
        return response.headers().firstValue(header).orElse("");
    }

    List<String> comments() {
        return comments;
    }

    /** Whether there will be no more events; either side may have ended it. */
    boolean ended() {
        return ended.isDone();
    }

    /** Disconnects; what was being read is lost. */
    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
        ended.complete(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(String line) {
        if (closed) {
            return;
        }
        if (line.isEmpty()) {
            if (!data.isEmpty()) {
                Long revision = id == null ? null : Long.valueOf(id.split(",")[0]);
                listener.accept(new Event(name, revision, id, Json.parse(data)));
            }
            name = "message";
            id = null;
            data = "";
        } else if (line.startsWith(":")) {
            comments.add(line.substring(1).strip());
        } else {
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (line.substring(0, line.indexOf(':'))) {
                case "event" -> name = value;
                case "id" -> id = value;
                case "data" -> data += value;
                default -> {}
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(null);
    }

    @Override
    public void onComplete() {
        ended.complete(null);
    }

    /**
     * @param id the revision in its id; {@code null} where the event has none
     * @param place its id
     */
    record Event(String name, Long id, String place, JsonNode data) {

        String nodeId() {
            return name.equals("registration")
                    ? data.path("node_id").asText()
                    : data.path("registration").path("node_id").asText(data.path("node_id").asText());
        }
    }
}
