// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
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
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    // as many threads as connections, and each writes and reads by itself: the JDK's client takes some three others for
    // a request, on the cores that we share with what is measured
    private final OkHttpClient posts = new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(ManualRegistrations.IN_FLIGHT, 1, TimeUnit.MINUTES))
            .readTimeout(Duration.ofMinutes(2))
            .build();

    RegistryApi(LibertyServer replica) {
        this.url = replica.url();
    }

    /** @throws IOException when the answer is no success */
    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(text(request(path).GET().build()));
    }

    /** @throws IOException when the answer is no success */
    JsonNode post(String path, byte[] json) throws IOException, InterruptedException {
        return JSON.readTree(text(post(json, path)));
    }

    /** Sends and throws the answer away; returns its status. */
    int statusOfPost(String path, byte[] json) throws IOException {
        Request request = new Request.Builder()
                .url(url + path)
                .header("Authorization", CREDENTIALS)
                .post(RequestBody.create(json, JSON_TYPE))
                .build();
        try (Response answer = posts.newCall(request).execute()) {
            answer.body().source().readAll(Okio.blackhole());
            return answer.code();
        }
    }

    /** The registry's own metrics: name and labels, without the scope, to value. */
    Map<String, Double> metrics() throws IOException, InterruptedException {
        Map<String, Double> samples = new TreeMap<>();
        text(request("/metrics").GET().build()).lines().forEach(line -> {
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
    double consulWrites() throws IOException, InterruptedException {
        return metrics().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("registry_registrations_total{"))
                .filter(sample -> sample.getKey().contains("store=\"consul\""))
                .filter(sample -> sample.getKey().contains("outcome=\"applied\""))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private HttpRequest post(byte[] json, String path) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(json))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", CREDENTIALS);
    }

    private String text(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(request.uri().getPath() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
