// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same write sent again is not carried out again. */
class IdempotencyIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();
    private final String key = Registry.uniqueId("key");

    @Test
    void repeatsTheAnswerAndDoesNothingElse() {
        ObjectNode payload = payload(Registry.uniqueId("once"));
        Answer first = post(PATH, payload, key);
        JsonNode row = registry.row(payload.path("node_id").textValue()).orElseThrow();

        Answer again = post(PATH, payload, key);

        assertThat(first.status()).as(first.body()).isEqualTo(201);
        assertThat(first.header("Idempotent-Replay")).isEmpty();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.mediaType()).isEqualTo("application/json");
        assertThat(again.header("Location")).isEqualTo(first.header("Location")).isNotEmpty();
        assertThat(again.header("X-Correlation-ID")).isNotEqualTo(first.header("X-Correlation-ID"));
        assertThat(registry.row(payload.path("node_id").textValue())).as("the row").contains(row);
    }

    @Test
    void repeatsADeregistrationOfANodeThatHasComeBackSince() {
        ObjectNode payload = payload(Registry.uniqueId("once"));
        String path = PATH + "/" + payload.path("node_id").textValue();
        registry.post(PATH, payload);
        Answer first = registry.send(keyed(path, key).DELETE());
        registry.post(PATH, payload);

        Answer again = registry.send(keyed(path, key).DELETE());

        assertThat(first.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(registry.get(path).status()).as("it is still there").isEqualTo(200);
    }

    @Test
    void repeatsAProblem() {
        ObjectNode payload = payload(Registry.uniqueId("once")).put("node_type", "robot");
        Answer first = post(PATH, payload, key);

        Answer again = post(PATH, payload, key);

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.mediaType()).isEqualTo("application/problem+json");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
    }

    @Test
    void refusesAKeyThatStandsForAnotherBody() {
        ObjectNode payload = payload(Registry.uniqueId("once"));
        post(PATH, payload, key);
        ObjectNode other = payload(Registry.uniqueId("once"));

        Answer answer = post(PATH, other, key);

        isProblem(answer, 422, "idempotency-key-reused");
        assertThat(registry.row(other.path("node_id").textValue())).isEmpty();
    }

    @Test
    void tellsPathsAndMethodsApart() {
        ObjectNode payload = payload(Registry.uniqueId("once"));
        String path = PATH + "/" + payload.path("node_id").textValue();

        assertThat(post(PATH, payload, key).status()).isEqualTo(201);
        assertThat(registry.send(keyed(path + "/heartbeat", key).POST(BodyPublishers.noBody())).json().path("status")
                .textValue()).isEqualTo("active");
        assertThat(registry.send(keyed(path, key).DELETE()).status()).isEqualTo(200);
    }

    @Test
    void carriesOutOneOfManyThatComeAtOnce() {
        ObjectNode payload = payload(Registry.uniqueId("once"));

        List<Answer> answers = IntStream.range(0, 12)
                .mapToObj(each -> CompletableFuture.supplyAsync(
                        () -> post(PATH, payload, key), task -> new Thread(task).start()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).as(answer.body()).isIn(201, 409));
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 201 && answer.header("Idempotent-Replay").isEmpty())
                .as("carried out")
                .hasSize(1);
        answers.stream().filter(answer -> answer.status() == 409)
                .forEach(answer -> isProblem(answer, 409, "idempotency-key-in-use"));
        assertThat(registry.stores().query("SELECT 1 FROM registration_history WHERE tool_id = '"
                + payload.path("node_id").textValue() + "'"))
                .hasSize(1);
    }

    @Test
    void letsTheSecondOfTwoWaitWhileTheFirstIsUnderWay() {
        // long enough that the second comes meanwhile
        JsonNode body = Json.object("{'timeout_ms': 15000}");
        String path = "/api/v1/introspection-requests";
        CompletableFuture<Answer> first =
                CompletableFuture.supplyAsync(() -> post(path, body, key), task -> new Thread(task).start());
        eventually().until(() -> !registry.stores()
                .query("SELECT 1 FROM idempotent_writes WHERE status IS NULL").isEmpty());

        isProblem(post(path, body, key), 409, "idempotency-key-in-use");

        assertThat(first.join().status()).isEqualTo(200);
        assertThat(post(path, body, key).body()).isEqualTo(first.join().body());
    }

    @Test
    void remembersNothingOfThoseWhoMayNotWrite() {
        ObjectNode payload = payload(Registry.uniqueId("once"));
        HttpRequest.Builder request = registry.request(PATH).header("Idempotency-Key", key)
                .header("Content-Type", "application/json");

        assertThat(registry.send(request.POST(BodyPublishers.ofString(payload.toString()))).status()).isEqualTo(401);

        assertThat(post(PATH, payload, key).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "caf\u00e9"})
    void refusesAKeyOfNoUsableForm(String unusable) throws Exception {
        RawAnswer answer = RawHttp.to(registry).send("DELETE " + PATH + "/nobody HTTP/1.1\r\nHost: localhost\r\n"
                + RawHttp.operator() + "Idempotency-Key: " + unusable + "\r\n\r\n");

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains("\"field\":\"Idempotency-Key\"");
    }

    @Test
    void takesNoKeyWithABatch() {
        Answer answer = registry.send(keyed(PATH + "/batch", key)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(payload("x").toString())));

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("Idempotency-Key");
    }

    private Answer post(String path, JsonNode body, String key) {
        return registry.send(keyed(path, key).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.utf8(body))));
    }

    private HttpRequest.Builder keyed(String path, String key) {
        return Registry.asOperator(registry.request(path)).header("Idempotency-Key", key);
    }
}
