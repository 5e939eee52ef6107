// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where to call. Asks again after five seconds; while no answer comes it goes on with what it was given last. */
final class RouteCaller {

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpRequest ask;
    private List<URI> addresses = List.of();
    private long askAt = System.nanoTime();
    private int calls;

    RouteCaller(String registry, String filter, String authorization) {
        ask = HttpRequest.newBuilder(URI.create(registry + "/api/v1/route?n=3&" + filter))
                .header("Authorization", authorization)
                .timeout(Duration.ofSeconds(2))
                .build();
    }

    /** The one to call now; when that fails, ask for the next. */
    synchronized URI next() throws InterruptedException {
        if (System.nanoTime() - askAt >= 0) {
            askAt = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            addresses = answered();
        }
        if (addresses.isEmpty()) {
            throw new IllegalStateException("no node can be called");
        }
        return addresses.get(calls++ % addresses.size());
    }

    private List<URI> answered() throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(ask, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                List<URI> found = new ArrayList<>();
                json.readTree(answer.body()).path("candidates")
                        .forEach(each -> found.add(URI.create(each.at("/endpoints/api").asText())));
                return found;
            }
        } catch (IOException e) {
            // as with 503: no new answer
        }
        return addresses;
    }
}
