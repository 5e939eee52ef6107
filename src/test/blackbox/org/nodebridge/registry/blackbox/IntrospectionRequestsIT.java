// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.contract.Contract;

/** Asking the nodes who is there, and hearing who has answered. Nodes of other tests are there too, and are silent. */
class IntrospectionRequestsIT {

    private static final String PATH = "/api/v1/introspection-requests";

    private final Registry registry = Registry.shared();
    private static final ApiDocument document = ApiDocument.of(Registry.shared());

    @Test
    void tellsWhoHasAnsweredAndWhoHasNot() {
        PlainNode unchanged = registered();
        PlainNode changed = registered();
        PlainNode silent = registered();
        PlainNode unknown = PlainNode.unique("roll");
        String id = UUID.randomUUID().toString();

        CompletableFuture<Answer> asked = ask(
                id, "{'reason': 'refresh', 'target_node_types': ['effect'], 'timeout_ms': 25000}");
        eventually().until(() -> request(id).isPresent());
        registry.publish(Registry.INTROSPECTION, unchanged.id(), unchanged.introductionFor(id));
        registry.publish(Registry.INTROSPECTION, changed.id(), withRole(changed, id));
        registry.publish(Registry.INTROSPECTION, unknown.id(), unknown.introductionFor(id.toUpperCase(Locale.ROOT)));
        registry.publish(Registry.INTROSPECTION, silent.id(), silent.introduction());
        doesNotMixInTheAnswersToAnotherOfItsId(id);
        Answer answer = asked.join();

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode attendance = answer.json();
        assertThat(attendance.path("correlation_id").textValue()).isEqualTo(id);
        assertThat(attendance.path("responded").findValuesAsText("node_id"))
                .containsExactlyInAnyOrder(unchanged.id(), changed.id());
        assertThat(attendance.path("responded")).allSatisfy(node -> {
            assertThat(node.path("node_type").textValue()).isEqualTo("effect");
            assertThat(node.path("after_ms").longValue()).isPositive();
        });
        assertThat(attendance.path("missing").findValuesAsText("node_id"))
                .contains(silent.id()).doesNotContain(unchanged.id(), changed.id());
        assertThat(attendance.path("missing").findValuesAsText("node_type")).containsOnly("effect");
        assertThat(attendance.path("unexpected").findValuesAsText("node_id")).containsExactly(unknown.id());
        eventually().untilAsserted(() -> assertThat(registry.stores()
                .query("SELECT * FROM introspection_requests WHERE correlation_id = '" + id + "'"))
                .as("what is kept of a request that is over").isEmpty());
    }

    @Test
    void mayBeAskedAgainUnderTheSameCorrelationIdOnceItIsAnswered() {
        String id = UUID.randomUUID().toString();
        String question = "{'target_node_types': ['reducer'], 'timeout_ms': 250}";

        for (int times = 0; times < 5; times++) {
            Answer answer = ask(id, question).join();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void asksAsTheWireFormatSays() {
        String id = UUID.randomUUID().toString();

        ask(id, "{'target_node_types': ['reducer', 'compute'], 'timeout_ms': 250}").join();

        ConsumerRecord<byte[], byte[]> record = request(id).orElseThrow();
        JsonNode envelope = Json.parse(new String(record.value(), UTF_8));
        assertThat(envelope.path("correlation_id").textValue()).isEqualTo(id);
        assertThat(envelope.at("/payload/correlation_id").textValue()).isEqualTo(id);
        assertThat(envelope.at("/payload/reason").textValue()).isEqualTo("manual");
        assertThat(envelope.at("/payload/response_timeout_ms").intValue()).isEqualTo(250);
        assertThat(envelope.at("/payload/target_node_types")).extracting(JsonNode::textValue)
                .containsExactly("reducer", "compute");
    }

    @Test
    void asksUnderAnIdOfItsOwnWhereThatOfTheCallerIsNoUuid() {
        String id = Registry.uniqueId("ticket/7");

        Answer answer = ask(id, "{'timeout_ms': 100}").join();

        String asked = answer.json().path("correlation_id").textValue();
        assertThat(UUID.fromString(asked)).isNotNull();
        assertThat(answer.header("X-Correlation-ID")).isEqualTo(id);
        assertThat(Json.parse(new String(request(id).orElseThrow().value(), UTF_8)).path("correlation_id").textValue())
                .isEqualTo(asked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'reason': 'curiosity'}                    | reason",
        "{'reason': 7}                              | reason",
        "{'target_node_types': []}                  | target_node_types",
        "{'target_node_types': 'effect'}            | target_node_types",
        "{'target_node_types': ['effect', 'robot']} | target_node_types[1]",
        "{'timeout_ms': 0}                          | timeout_ms",
        "{'timeout_ms': 30001}                      | timeout_ms",
        "{'timeout': 5}                             | timeout",
        "[]                                         | $",
    })
    void namesTheMemberThatIsNotValid(String body, String field) {
        Answer answer = ask(UUID.randomUUID().toString(), body).join();

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactly(field);
    }

    @Test
    void isForTheOperatorOnly() {
        assertThat(registry.send(registry.request(PATH).POST(BodyPublishers.noBody())).status()).isEqualTo(401);
    }

    @Test
    void letsOnlySoManyWait() {
        List<String> ids = IntStream.range(0, 8).mapToObj(each -> UUID.randomUUID().toString()).toList();
        List<CompletableFuture<Answer>> asked =
                ids.stream().map(id -> ask(id, "{'timeout_ms': 20000}")).toList();
        eventually().until(() -> ids.stream().allMatch(id -> request(id).isPresent()));

        List<CompletableFuture<Answer>> refused = IntStream.range(0, 4)
                .mapToObj(each -> ask(UUID.randomUUID().toString(), "{'timeout_ms': 100}"))
                .toList();

        assertThat(refused).extracting(CompletableFuture::join).allSatisfy(answer -> {
            isProblem(answer, 429, "too-many-requests");
            document.covers("POST", PATH, answer);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        });
        assertThat(asked).extracting(CompletableFuture::join).extracting(Answer::status).containsOnly(200);
    }

    /** While it waits for somebody who is silent, as it does to the end. */
    private void doesNotMixInTheAnswersToAnotherOfItsId(String id) {
        Answer second = ask(id, "{'timeout_ms': 100}").join();

        isProblem(second, 409, "http-409");
        document.covers("POST", PATH, second);
    }

    private PlainNode registered() {
        PlainNode node = PlainNode.unique("roll");
        assertThat(registry.post("/api/v1/registrations", node.payload()).status()).isEqualTo(201);
        return node;
    }

    private static byte[] withRole(PlainNode node, String correlationId) {
        ObjectNode payload = node.payload().put("node_role", "changed").put("correlation_id", correlationId);
        ObjectNode envelope = (ObjectNode) Json.parse(new String(node.introduction(payload), UTF_8));
        return Json.utf8(envelope.put("correlation_id", correlationId));
    }

    private CompletableFuture<Answer> ask(String correlationId, String body) {
        return CompletableFuture.supplyAsync(
                () -> registry.send(Registry.asOperator(registry.request(PATH))
                        .header("X-Correlation-ID", correlationId)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.replace('\'', '"')))),
                task -> new Thread(task).start());
    }

    /** The request on Kafka that has come of an HTTP request with this correlation id. */
    private Optional<ConsumerRecord<byte[], byte[]>> request(String correlationId) {
        return registry.broker().records(Registry.REQUESTS).stream()
                .filter(record -> Broker.headers(record, "correlation-id").contains(correlationId))
                .peek(record -> Contract.holds("introspection-request", record.value(), record.headers()))
                .findFirst();
    }
}
