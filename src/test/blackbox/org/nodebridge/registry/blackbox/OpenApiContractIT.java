// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.blackbox.ApiDocument.Operation;

/** The interface against its own OpenAPI document: all is in it, and all that is answered is as it says. */
class OpenApiContractIT {

    private static final Registry registry = Registry.shared();

    private static final ApiDocument document = ApiDocument.of(registry);

    private static GoodRequests good;

    @BeforeAll
    static void registerWhatIsAskedFor() {
        good = new GoodRequests(registry);
    }

    static Stream<Operation> operations() {
        return document.operations().stream();
    }

    /** All but the one whose answer never ends. */
    static Stream<Operation> answering() {
        return operations().filter(operation -> !operation.path().endsWith("/watch"));
    }

    static Stream<Operation> withBody() {
        return operations().filter(operation -> operation.json().has("requestBody"));
    }

    /** But for the one that is there to tell of what is not. */
    static Stream<Operation> withId() {
        return operations().filter(Operation::hasParameterInPath)
                .filter(operation -> !operation.id().equals("getRegistrationsNodeIdExplanation"));
    }

    @Test
    void namesEachOperationOnce() {
        assertThat(document.operations()).hasSizeGreaterThan(20).extracting(Operation::id)
                .doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z]+[A-Za-z]+"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void saysWhatEachOperationTakesAndAnswers(Operation operation) {
        assertThat(operation.json().path("summary").asText()).isNotEmpty();
        operation.json().path("parameters").forEach(parameter -> {
            assertThat(parameter.path("description").asText()).as(parameter.toString()).isNotEmpty();
            assertThat(parameter.path("schema").size()).as(parameter.toString()).isPositive();
        });
        assertThat(operation.responses()).extracting(Map.Entry::getKey).contains("400", "401", "403", "406", "500");
        assertThat(operation.responses()).allSatisfy(response -> {
            assertThat(response.getValue().path("description").asText()).isNotEmpty();
            if (!response.getKey().equals("304")) {
                hasGoodExamples(response.getValue().path("content"));
            }
            if (response.getKey().compareTo("400") >= 0) {
                assertThat(response.getValue().path("content").has(ApiDocument.PROBLEM)).isTrue();
            }
        });
        if (operation.writes()) {
            assertThat(operation.responses()).extracting(Map.Entry::getKey).contains("409", "413", "422", "429", "503");
        }
        if (operation.json().has("requestBody")) {
            assertThat(operation.responses()).extracting(Map.Entry::getKey).contains("408", "415");
            hasGoodExamples(operation.json().at("/requestBody/content"));
        }
        assertThat(operation.json().has("requestBody")).isEqualTo(operation.method().startsWith("P"));
    }

    @ParameterizedTest
    @MethodSource("answering")
    void answersWhatIsRightAsTheDocumentSays(Operation operation) {
        // one that invites to ask again has done nothing
        Answer answer = eventually().until(
                () -> registry.send(good.request(operation)), each -> each.status() != 429 && each.status() != 503);

        assertThat(answer.status()).as(answer.body()).isIn(GoodRequests.statuses(operation));
        document.covers(operation, answer);
    }

    @Test
    void tellsWhatChangesAsTheDocumentSays() {
        List<WatchStream.Event> events = new CopyOnWriteArrayList<>();
        try (WatchStream stream = WatchStream.open(registry, "", "no-revision", events::add)) {
            eventually().until(() -> names(events).contains("snapshot-end"));
            PlainNode node = PlainNode.unique("contract");
            registry.post("/api/v1/registrations", node.payload());
            ObjectNode changed = node.payload();
            changed.withObject("/capabilities/another").put("level", 1);
            registry.post("/api/v1/registrations", changed);
            registry.delete("/api/v1/registrations/" + node.id());

            eventually().untilAsserted(() -> assertThat(names(events)).contains(
                    "resync", "snapshot-begin", "registration", "snapshot-end", "added", "updated", "removed"));
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        }
        assertThat(events).allSatisfy(document::covers);
    }

    @Test
    void answersEachLineOfABatchAsTheDocumentSays() {
        ObjectNode line = PlainNode.unique("contract").payload();
        String path = "/api/v1/registrations/batch";

        Answer answer = registry.send(Registry.asOperator(registry.request(path))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(line + "\n{\n{\"node_id\": 1}\n"
                        + line.deepCopy().put("timestamp", "2020-01-01T00:00:00Z") + "\n")));

        assertThat(answer.body().lines().map(Json::parse))
                .extracting(each -> each.path("status").textValue())
                .containsExactly("success", "error", "error", "stale");
        document.covers("POST", path, answer);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void answersAnErrorAsTheDocumentSays(Operation operation) {
        byte[] body = good.body(operation).getBytes(UTF_8);
        String id = good.id(operation);
        HttpRequest.Builder unknown = good.request(operation, id, "?no-such=1", operation.bodyType(), body);
        HttpRequest.Builder nobody = registry.request(operation.pathWith("none") + "?no-such=1")
                .method(operation.method(), HttpRequest.BodyPublishers.noBody())
                .header("Content-Type", operation.bodyType());

        fails(operation, unknown, 400);
        fails(operation, good.request(operation, "none", "", operation.bodyType(), body)
                .header("X-Correlation-ID", "no {id}"), 400);
        fails(operation, good.request(operation, "none", "", operation.bodyType(), body)
                .header("Accept", "image/png"), 406);
        fails(operation, nobody, 401);
        if (operation.writes()) {
            fails(operation, good.request(operation).header("Sec-Fetch-Site", "cross-site"), 403);
        }
    }

    @ParameterizedTest
    @MethodSource("withId")
    void answersWhatIsNotThereAsTheDocumentSays(Operation operation) {
        fails(operation, good.request(
                operation, "none", "", operation.bodyType(), good.body(operation).getBytes(UTF_8)), 404);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void answersABrokenBodyAsTheDocumentSays(Operation operation) {
        String id = good.id(operation);
        byte[] broken = "{".getBytes(UTF_8);
        boolean batch = operation.id().endsWith("Batch");

        fails(operation, good.request(operation, id, "", operation.bodyType(), new byte[33 << 20]), 413);
        if (needsBody(operation)) {
            fails(operation, good.request(operation, id, "", "text/plain", broken), 415);
        }
        fails(operation, good.request(operation, id, "", operation.bodyType(), broken)
                .header("Content-Encoding", "br"), 415);
        if (batch) {
            fails(operation, good.request(operation).header("Idempotency-Key", "x"), 400);
            return;
        }
        String key = Registry.uniqueId("key");
        fails(operation, good.request(operation, id, "", operation.bodyType(), broken)
                .header("Idempotency-Key", key), 400);
        fails(operation, good.request(operation, id, "", operation.bodyType(), "[]".getBytes(UTF_8))
                .header("Idempotency-Key", key), 422);
    }

    private static boolean needsBody(Operation operation) {
        return operation.json().at("/requestBody/required").asBoolean();
    }

    private static void fails(Operation operation, HttpRequest.Builder request, int status) {
        Answer answer = registry.send(request);

        assertThat(answer.status()).as("%s: %s", request.build().uri(), answer.body()).isEqualTo(status);
        document.covers(operation, answer);
    }

    private static void hasGoodExamples(JsonNode content) {
        assertThat(content).isNotEmpty();
        content.properties().forEach(type -> {
            JsonNode example = type.getValue().path("example");
            assertThat(example.isMissingNode() && type.getValue().path("examples").isEmpty())
                    .as(content.toString()).isFalse();
            if (type.getKey().matches("application/(problem\\+)?json")) {
                assertThat(type.getValue().path("schema")).isNotEmpty();
                assertThat(document.judge(type.getValue().path("schema"), example)).as(example.toString()).isEmpty();
            }
        });
    }

    private static List<String> names(List<WatchStream.Event> events) {
        return events.stream().map(WatchStream.Event::name).toList();
    }
}
