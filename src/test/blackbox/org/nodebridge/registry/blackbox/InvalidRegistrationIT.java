// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which manual registrations are refused, and how the answer says why. */
class InvalidRegistrationIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();

    @Test
    void refusesWhatIsOlderThanWhatIsKnown() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId));

        ObjectNode older = payload(nodeId).put("timestamp", "2020-01-01T00:00:00Z").put("node_role", "x");
        Answer answer = registry.post(PATH, older);

        isProblem(answer, 409, "stale");
        assertThat(answer.json().at("/result/outcome").textValue()).isEqualTo("stale");
        assertThat(answer.json().at("/result/status").textValue()).isEqualTo("error");
        assertThat(registry.row(nodeId).orElseThrow().path("node_role").isNull()).isTrue();
    }

    @Test
    void namesEveryBrokenField() {
        ObjectNode payload = Json.object("""
                {'node_id': '', 'node_type': 'gateway', 'capabilities': ['stamp'], 'epoch': -1,
                 'endpoints': {'health': 'http://user:secret@/health', 'api': 'http://ok/api', 'metrics': 7}}""");

        Answer answer = registry.post(PATH, payload);

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactlyInAnyOrder(
                "node_id", "node_type", "capabilities", "epoch", "endpoints.health", "endpoints.metrics");
        assertThat(answer.json().path("errors").findValuesAsText("message")).hasSize(6).doesNotContain("");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "null", "{\"node_id\": \"a\"} {}", "\u00fcber"})
    void refusesABodyThatIsNoJsonObject(String body) {
        Answer answer = registry.send(Registry.asOperator(registry.request(PATH))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactly("$");
    }

    @Test
    void refusesABodyLargerThanARecordMayBe() {
        ObjectNode payload = payload(Registry.uniqueId("api"));
        payload.withObject("/metadata").put("padding", "x".repeat(1024 * 1024));

        Answer answer = registry.post(PATH, payload);

        isProblem(answer, 413, "body-too-large");
    }

    @Test
    void refusesToRegisterANodeThatSaysItShutsDown() {
        ObjectNode payload = payload(Registry.uniqueId("api"));
        payload.withObject("/metadata").put("broadcast_reason", "shutdown");

        isProblem(registry.post(PATH, payload), 400, "invalid-input");
    }
}
