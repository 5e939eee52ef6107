// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many registrations in one request, a line each. */
class RegistrationBatchIT {

    private static final String PATH = "/api/v1/registrations/batch";
    private static final int LINES = 3_000;
    private static final int MAX_LINES = 10_000;

    /** Fewer than there are lines, so that others need not live with ten thousand nodes. */
    private static final int NODES = 400;

    private static final ApiDocument document = ApiDocument.of(Registry.shared());

    private final Registry registry = Registry.shared();

    @Test
    void registersThousandsOfLinesAndNamesThoseThatAreBroken() {
        String prefix = Registry.uniqueId("batch");
        StringBuilder body = new StringBuilder();
        for (int line = 1; line <= LINES; line++) {
            body.append(isBroken(line) ? "{\"node_id\": " : payload(prefix, line)).append('\n');
        }

        List<JsonNode> answers = answers(send(BodyPublishers.ofString(body.toString())));

        assertThat(answers).hasSize(LINES);
        for (int line = 1; line <= LINES; line++) {
            JsonNode answer = answers.get(line - 1);
            assertThat(answer.path("line").intValue()).isEqualTo(line);
            if (isBroken(line)) {
                assertThat(answer.path("status").textValue()).isEqualTo("error");
                assertThat(answer.path("node_id").isNull()).isTrue();
                assertThat(answer.path("errors").findValuesAsText("field")).containsExactly("$");
            } else {
                assertThat(done(answer)).as("line %s: %s", line, answer).isEqualTo("success");
                assertThat(answer.path("node_id").textValue()).isEqualTo(prefix + "-" + line % NODES);
                assertThat(answer.path("outcome").textValue()).isEqualTo(line <= NODES ? "created" : "updated");
                assertThat(answer.path("errors")).isEmpty();
            }
        }
        var rows = registry.stores().rowsOf(prefix);
        assertThat(rows).hasSize(NODES);
        rows.forEach((nodeId, row) -> assertThat(row.at("/metadata/line").intValue())
                .as("the last line of %s that is not broken", nodeId)
                .isEqualTo(lastGoodLine(Integer.parseInt(nodeId.substring(nodeId.lastIndexOf('-') + 1)))));
        eventually().untilAsserted(
                () -> assertThat(registry.stores().consulServices().keySet()).containsAll(rows.keySet()));
    }

    @Test
    void breaksOffForNoLineHoweverItIsBroken() {
        PlainNode first = PlainNode.unique("batch");
        PlainNode last = PlainNode.unique("batch");
        ObjectNode stale = first.payload().put("timestamp", "2020-01-01T00:00:00Z").put("node_role", "old");
        List<String> lines = List.of(
                first.payload().toString(), "", "[]", "{\"node_id\": \"" + "x".repeat(1024 * 1024) + "\"}", "\u00ff",
                "{\"node_id\": \"of-no-type\", \"node_type\": \"robot\"}", stale.toString(), "  ", "\"\\u0000\"",
                last.payload() + "\r");

        List<JsonNode> answers =
                answers(send(BodyPublishers.ofByteArray(String.join("\n", lines).getBytes(ISO_8859_1))));

        assertThat(answers)
                .extracting(answer -> answer.path("line").intValue() + " " + done(answer))
                .containsExactly("1 success", "3 error", "4 error", "5 error", "6 error", "7 stale", "9 error",
                        "10 success");
        assertThat(answers).extracting(answer -> answer.path("node_id").textValue())
                .as("also of lines that are refused")
                .containsExactly(first.id(), null, null, null, "of-no-type", first.id(), null, last.id());
        assertThat(answers.get(4).path("errors").findValuesAsText("field")).contains("node_type");
        assertThat(registry.row(last.id())).isPresent();
    }

    @Test
    void saysWhereItStopsAfterTenThousandLines() {
        PlainNode within = PlainNode.unique("batch");
        PlainNode beyond = PlainNode.unique("batch");

        List<JsonNode> answers = answers(send(BodyPublishers.ofString(
                "\n".repeat(MAX_LINES - 1) + within.payload() + "\n" + beyond.payload() + "\n")));

        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).path("node_id").textValue()).isEqualTo(within.id());
        assertThat(answers.get(1).path("line").intValue()).isEqualTo(MAX_LINES + 1);
        assertThat(answers.get(1).path("status").textValue()).isEqualTo("error");
        assertThat(answers.get(1).at("/errors/0/message").textValue()).contains("10000");
        assertThat(registry.row(beyond.id())).isEmpty();
    }

    @Test
    void saysWhereItStopsAfterSoManyBytesOfUnknownLength() {
        PlainNode within = PlainNode.unique("batch");
        byte[] body = (within.payload() + "\n" + " ".repeat(33 * 1024 * 1024)).getBytes(UTF_8);

        List<JsonNode> answers =
                answers(send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertThat(answers).hasSize(2);
        assertThat(done(answers.get(0))).isEqualTo("success");
        assertThat(answers.get(1).path("line").intValue()).isEqualTo(2);
        assertThat(answers.get(1).at("/errors/0/message").textValue()).contains("33554432");
    }

    @Test
    void doesNothingOfABatchThatSaysThatItIsTooLong() throws Exception {
        PlainNode node = PlainNode.unique("batch");
        String start = node.payload() + "\n";

        RawAnswer answer = RawHttp.to(registry).send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n"
                + RawHttp.operator() + "Content-Type: application/x-ndjson\r\n"
                + "Content-Length: 34000000\r\n\r\n" + start);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("body-too-large");
        assertThat(registry.row(node.id())).isEmpty();
    }

    @Test
    void isForTheOperatorAndForLinesOnly() {
        String line = PlainNode.unique("batch").payload() + "\n";

        Answer nobody = registry.send(registry.request(PATH).header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(line)));
        Answer json = registry.send(Registry.asOperator(registry.request(PATH))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(line)));

        assertThat(nobody.status()).isEqualTo(401);
        isProblem(json, 415, "http-415");
    }

    @Test
    void leavesRoomForANodeOfThatName() {
        PlainNode node = new PlainNode("batch");
        assertThat(registry.post("/api/v1/registrations", node.payload()).status()).isIn(200, 201);

        assertThat(registry.get(PATH).json().path("node_id").textValue()).isEqualTo("batch");
        assertThat(registry.delete(PATH).status()).isEqualTo(200);
    }

    /** The line's status, for which Consul may take longer than the answer waits. */
    private static String done(JsonNode answer) {
        String status = answer.path("status").textValue();
        return status.equals("partial") ? "success" : status;
    }

    private Answer send(BodyPublisher body) {
        return registry.send(Registry.asOperator(registry.request(PATH).timeout(Duration.ofMinutes(3)))
                .header("Content-Type", "application/x-ndjson")
                .POST(body));
    }

    private static List<JsonNode> answers(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        document.covers("POST", PATH, answer);
        assertThat(answer.mediaType()).isEqualTo("application/x-ndjson");
        List<JsonNode> lines = new ArrayList<>();
        answer.body().lines().forEach(line -> lines.add(Json.parse(line)));
        return lines;
    }

    private static boolean isBroken(int line) {
        return line % 997 == 0;
    }

    private static int lastGoodLine(int node) {
        int line = LINES - (LINES - node) % NODES;
        return isBroken(line) ? line - NODES : line;
    }

    private static String payload(String prefix, int line) {
        return "{\"node_id\":\"" + prefix + "-" + line % NODES + "\",\"node_type\":\"compute\","
                + "\"capabilities\":{\"sum\":{}},\"endpoints\":{\"health\":\"http://127.0.0.1:9/health\"},"
                + "\"metadata\":{\"line\":" + line + "}}";
    }
}
