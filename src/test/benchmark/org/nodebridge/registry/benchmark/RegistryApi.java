// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Okio;
import org.nodebridge.registry.servers.LibertyServer;

/** One replica by HTTP, as its operator. Safe for many threads. */
final class RegistryApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final Pattern SAMPLE = Pattern.compile("(registry_\\w+)(?:\\{(.*)})? (\\S+)");
    private static final String CREDENTIALS = "Basic " + Base64.getEncoder()
            .encodeToString(("operator:" + Installation.PASSWORD).getBytes(StandardCharsets.UTF_8));

    private final String url;
    private final OkHttpClient http = client();

    RegistryApi(LibertyServer replica) {
        this.url = replica.url();
    }

    /** The client of all that is measured by HTTP with {@link ManualRegistrations#IN_FLIGHT} requests at once. */
    static OkHttpClient client() {
        // as many threads as connections, and each writes and reads by itself: the JDK's client takes some three others
        // for a request, on the cores that we share with what is measured
        return new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(ManualRegistrations.IN_FLIGHT, 1, TimeUnit.MINUTES))
                .readTimeout(Duration.ofMinutes(2))
                .build();
    }

    /** @throws IOException when the answer is no success */
    JsonNode get(String path) throws IOException {
        return JSON.readTree(text(request(path)));
    }

    /** @throws IOException when the answer is no success */
    JsonNode post(String path, byte[] json) throws IOException {
        return JSON.readTree(text(request(path).post(RequestBody.create(json, JSON_TYPE))));
    }

    /** Sends and throws the answer away; returns its status. */
    int statusOfPost(String path, byte[] json) throws IOException {
        return statusOf(request(path).post(RequestBody.create(json, JSON_TYPE)).build());
    }

    /** Asks and throws the answer away; returns its status. */
    int statusOfGet(String path) throws IOException {
        return statusOf(request(path).build());
    }

    private int statusOf(Request request) throws IOException {
        try (Response answer = http.newCall(request).execute()) {
            answer.body().source().readAll(Okio.blackhole());
            return answer.code();
        }
    }

    /** The registry's own metrics: name and labels, without the scope, to value. */
    Map<String, Double> metrics() throws IOException {
        Map<String, Double> samples = new TreeMap<>();
        text(request("/metrics")).lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                String labels = sample.group(2) == null ? "" : sample.group(2)
                        .replaceAll("mp_scope=\"[^\"]*\",?", "").replaceFirst(",$", "");
                samples.put(sample.group(1) + (labels.isEmpty() ? "" : "{" + labels + "}"),
                        Double.valueOf(sample.group(3)));
            }
        });
        return samples;
    }

    /** How many entries Consul has confirmed since the start. */
    double consulWrites() throws IOException {
        return metrics().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("registry_registrations_total{"))
                .filter(sample -> sample.getKey().contains("store=\"consul\""))
                .filter(sample -> sample.getKey().contains("outcome=\"applied\""))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private Request.Builder request(String path) {
        return new Request.Builder().url(url + path).header("Authorization", CREDENTIALS);
    }

    private String text(Request.Builder asked) throws IOException {
        Request request = asked.build();
        try (Response answer = http.newCall(request).execute()) {
            String body = answer.body().string();
            if (!answer.isSuccessful()) {
                throw new IOException(request.url().encodedPath() + " answered " + answer.code() + ": " + body);
            }
            return body;
        }
    }
}
