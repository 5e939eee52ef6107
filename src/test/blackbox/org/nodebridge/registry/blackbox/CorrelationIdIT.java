// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.payload;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One id from the request to its answer, to the stores, to Kafka and to the log. */
class CorrelationIdIT {

    private static final String HEADER = "X-Correlation-ID";
    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();

    @ParameterizedTest
    @ValueSource(strings = {"0c3a6f1d-7b11-4a51-9a52-5ec2e7007c3f", "ticket:4711/a=b@c", "x"})
    void answersWithTheIdThatWasGiven(String id) {
        Answer found = registry.send(Registry.as("reader", registry.request(PATH)).header(HEADER, id));
        Answer missing = registry.send(
                Registry.as("reader", registry.request(PATH + "/" + Registry.uniqueId("nobody"))).header(HEADER, id));
        Answer refused = registry.send(registry.request(PATH).header(HEADER, id).POST(BodyPublishers.noBody()));

        assertThat(found.header(HEADER)).isEqualTo(id);
        assertThat(refused.header(HEADER)).isEqualTo(id);
        isProblem(missing, 404, "not-registered");
        assertThat(missing.json().path("correlation_id").textValue()).isEqualTo(id);
    }

    @Test
    void makesAnIdWhereNoneIsGiven() {
        String first = registry.get(PATH).header(HEADER);
        String second = registry.get(PATH).header(HEADER);

        assertThat(UUID.fromString(first)).isNotEqualTo(UUID.fromString(second));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "tab\there", "quote\"", "caf\u00e9", "<script>", "a;b", "{a}"})
    void refusesAnIdThatIsNotSafeInALog(String id) throws Exception {
        refuses(HEADER + ": " + id + "\r\n");
    }

    @Test
    void refusesAnIdThatIsTooLongAndTwoOfThem() throws Exception {
        refuses(HEADER + ": " + "x".repeat(129) + "\r\n");
        refuses(HEADER + ": a\r\n" + HEADER + ": b\r\n");
    }

    @Test
    void keepsTheIdWithTheNodeWhoseRegistrationItWas() {
        String registered = UUID.randomUUID().toString();
        String own = UUID.randomUUID().toString();
        String nodeId = Registry.uniqueId("correlated");
        String other = Registry.uniqueId("correlated");

        register(nodeId, registered, null);
        register(other, UUID.randomUUID().toString(), own);

        assertThat(registry.row(nodeId).orElseThrow().path("correlation_id").textValue()).isEqualTo(registered);
        assertThat(registry.row(other).orElseThrow().path("correlation_id").textValue())
                .as("the payload's")
                .isEqualTo(own);
        assertThat(registry.stores().query(
                "SELECT correlation_id FROM registration_history WHERE tool_id = '" + nodeId + "'"))
                .extracting(change -> change.path("correlation_id").textValue())
                .containsExactly(registered);
    }

    @Test
    void writesTheIdIntoEachLogLineOfTheRequestAndIntoNoOther() throws Exception {
        String id = UUID.randomUUID().toString();

        Answer answer = registry.send(Registry.asOperator(registry.request("/api/v1/introspection-requests"))
                .header(HEADER, id)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"timeout_ms\": 50}")));

        assertThat(answer.status()).isEqualTo(200);
        Path log = registry.liberty().directory().resolve("logs").resolve("messages.log");
        eventually().untilAsserted(() -> assertThat(
                Files.readString(log, ISO_8859_1).lines().filter(line -> line.contains(id)))
                .anyMatch(line -> line.contains("asked to introduce") && line.endsWith("correlation_id=" + id)));
        registry.get(PATH);
        assertThat(Files.readString(log, ISO_8859_1).lines().filter(line -> line.contains(id))).hasSize(1);
    }

    /** What OpenTelemetry needs is not loaded unless it is asked for. */
    @Test
    void passesTheContextOfATraceOnThoughTracingIsOff() throws Exception {
        TraceParent caller = TraceParent.unique(true);
        var record = new ProducerRecord<>(
                Registry.INTROSPECTION, "not-traced".getBytes(UTF_8), "{'no': 'event'}".getBytes(UTF_8));
        record.headers().add(TraceParent.HEADER, caller.toString().getBytes(UTF_8));
        Path log = registry.liberty().directory().resolve("logs").resolve("messages.log");

        registry.broker().publish(record);

        eventually().untilAsserted(() -> assertThat(registry.deadLetters(Registry.INTROSPECTION))
                .filteredOn(letter -> TraceParent.on(letter).equals(List.of(caller))).isNotEmpty());
        assertThat(Files.readString(log, ISO_8859_1).lines().filter(line -> line.contains("CWWKF0012I")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("mpTelemetry"));
    }

    private void register(String nodeId, String header, String inPayload) {
        var payload = payload(nodeId);
        if (inPayload != null) {
            payload.put("correlation_id", inPayload);
        }
        Answer answer = registry.send(Registry.asOperator(registry.request(PATH))
                .header(HEADER, header)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(payload.toString())));
        assertThat(answer.status()).isEqualTo(201);
    }

    private void refuses(String headers) throws Exception {
        RawAnswer answer = RawHttp.to(registry)
                .send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains("invalid-input").contains("\"field\":\"" + HEADER + "\"");
    }
}
