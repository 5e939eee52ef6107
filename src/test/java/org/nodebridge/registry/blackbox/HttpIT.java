// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the interface makes of requests that are wrong before they are about any node. */
class HttpIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();

    static Stream<String> credentials() {
        return Stream.of(
                "operator:wrong", "operator:", ":" + Registry.OPERATOR_PASSWORD,
                "admin:" + Registry.OPERATOR_PASSWORD)
                .map(text -> "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void letsNobodyElseRegister(String authorization) {
        String nodeId = Registry.uniqueId("http");

        Answer answer = registry.send(withBody(registry.request(PATH).header("Authorization", authorization), nodeId));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(registry.row(nodeId)).isEmpty();
    }

    @Test
    void asksForCredentialsWhenThereAreNone() {
        String nodeId = Registry.uniqueId("http");

        Answer answer = registry.send(withBody(registry.request(PATH), nodeId));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Basic realm=");
        assertThat(registry.row(nodeId)).isEmpty();
    }

    @Test
    void letsNobodyElseDeregister() {
        String nodeId = Registry.uniqueId("http");
        registry.post(PATH, RegistrationsApiIT.payload(nodeId));

        Answer answer = registry.send(registry.request(PATH + "/" + nodeId).DELETE());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(registry.consulService(nodeId)).isPresent();
    }

    @Test
    void answersAProblemForAPathThatIsNotThere() {
        isProblem(registry.get("/api/v1/nodes"), 404, "http-404");
    }

    @Test
    void answersAProblemForANodeThatIsNotThere() {
        Answer answer = registry.get(PATH + "/" + Registry.uniqueId("nobody"));

        isProblem(answer, 404, "not-registered");
    }

    @Test
    void answersAProblemThatNamesTheMethodsThereAre() {
        Answer answer = registry.send(
                Registry.asOperator(registry.request(PATH)).PUT(BodyPublishers.noBody()));

        isProblem(answer, 405, "http-405");
        assertThat(answer.header("Allow")).contains("GET").contains("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
    void answersAProblemForABodyThatIsNotSaidToBeJson(String mediaType) {
        Answer answer = registry.send(Registry.asOperator(registry.request(PATH))
                .header("Content-Type", mediaType)
                .POST(BodyPublishers.ofString(RegistrationsApiIT.payload("http").toString())));

        isProblem(answer, 415, "http-415");
    }

    @Test
    void describesWhatHoldsForEveryWrite() {
        JsonNode paths = registry.get("/openapi?format=JSON").json().path("paths");
        JsonNode register = paths.path(PATH).path("post");
        JsonNode batch = paths.path(PATH + "/batch").path("post");
        JsonNode list = paths.path(PATH).path("get");

        assertThat(register.path("parameters").findValuesAsText("name"))
                .contains("X-Correlation-ID", "Idempotency-Key");
        assertThat(register.path("responses").fieldNames()).toIterable()
                .contains("201", "200", "202", "400", "409", "413", "422", "429", "503");
        assertThat(batch.path("parameters").findValuesAsText("name"))
                .contains("X-Correlation-ID").doesNotContain("Idempotency-Key");
        assertThat(list.path("parameters").findValuesAsText("name"))
                .contains("X-Correlation-ID").doesNotContain("Idempotency-Key");
        assertThat(list.path("responses").has("413")).isFalse();
    }

    private static HttpRequest.Builder withBody(HttpRequest.Builder request, String nodeId) {
        return request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(RegistrationsApiIT.payload(nodeId).toString()));
    }
}
