// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Okio;
import org.nodebridge.registry.servers.EurekaServer;

/**
 * Registrations with a Eureka server alone, as the row {@code manual} sends them to the registry: the same client, the
 * same number in flight, changes of as many nodes. Eureka answers once they are in its memory.
 */
final class EurekaRegistrations implements Row {

    static final String KEY = "eureka";

    private static final int MOST_WINDOWS = 8;
    private static final MediaType JSON = MediaType.get("application/json");

    private final EurekaServer server;
    private final OkHttpClient http = RegistryApi.client();
    private final AtomicLong sent = new AtomicLong();

    EurekaRegistrations(EurekaServer server) {
        this.server = server;
    }

    @Override
    public String name() {
        return KEY;
    }

    @Override
    public void measure(Bench bench) throws Exception {
        bench.progress().accept("starting Eureka server, which fetches its libraries where no earlier run has");
        server.start();
        ClosedLoop loop = new ClosedLoop(ManualRegistrations.IN_FLIGHT);
        SteadyState state = SteadyState.of(
                bench, server.directory().getFileName().toString(), bench.plan().share(0.1), MOST_WINDOWS,
                (length, latencies) -> loop.run(length, this::register, latencies));
        checkThatTheLastIsThere();
        String what = "Eureka server alone: registration, " + ManualRegistrations.IN_FLIGHT + " in flight";
        Report report = bench.report();
        state.report(report, KEY, what, "request", null, null);
        Latencies corrected = loop.corrected(state.steady());
        report.add(Result.reported(
                KEY, what + ", steady", state.steady().throughput().perSecond(), "requests/s"));
        report.add(Result.reported(KEY + ".p50", what + ", p50", corrected.millis(50), "ms"));
        report.add(Result.reported(KEY + ".p99", what + ", p99", corrected.millis(99), "ms"));
    }

    @Override
    public void end() {
        server.stop();
    }

    private boolean register() throws IOException {
        long number = sent.getAndIncrement();
        byte[] document = EurekaInstance.document(instanceId(number), number, Instant.now());
        Request request = new Request.Builder()
                .url(application())
                .post(RequestBody.create(document, JSON))
                .build();
        try (Response answer = http.newCall(request).execute()) {
            answer.body().source().readAll(Okio.blackhole());
            if (answer.code() != 204) {
                throw new IOException("Eureka answers a registration by " + answer.code());
            }
            return true;
        }
    }

    /** A server that answered without taking them would look fast. */
    private void checkThatTheLastIsThere() throws IOException {
        long number = sent.get() - 1;
        Request request = new Request.Builder()
                .url(application() + "/" + instanceId(number))
                .header("Accept", "application/json")
                .build();
        try (Response answer = http.newCall(request).execute()) {
            String body = answer.body().string();
            String version = answer.isSuccessful()
                    ? new ObjectMapper().readTree(body).path("instance").path("metadata").path("version").asText()
                    : "";
            if (version.isEmpty() || NodeText.change(version) != number) {
                throw new IOException("Eureka lacks the last registration; it answers " + answer.code() + ": " + body);
            }
        }
    }

    private String application() {
        return server.url() + "/apps/" + EurekaInstance.APPLICATION;
    }

    private static String instanceId(long number) {
        return "manual-" + number % ManualRegistrations.NODES;
    }
}
