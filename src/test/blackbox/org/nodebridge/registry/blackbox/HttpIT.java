// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.servers.ProjectDirectory;

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
        eventually().until(() -> registry.consulService(nodeId).isPresent());
    }

    /** So that it goes out in one write. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/cluster", "/api/v1/route?capability=nobody-has-it", PATH + "/nobody", "/api/v1/no"})
    void sendsAShortAnswerWithItsLength(String path) {
        Answer answer = registry.get(path);

        assertThat(answer.header("Content-Length"))
                .as("%s, %s", answer.status(), answer.headers())
                .isEqualTo(Integer.toString(answer.body().getBytes(UTF_8).length));
        assertThat(answer.header("Transfer-Encoding")).isEmpty();
    }

    @Test
    void answersAProblemForAPathThatIsNotThere() {
        isProblem(registry.get("/api/v1/nodes"), 404, "http-404");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "index.html | text/html", "asyncapi.json | application/json", "contract.yaml | application/yaml",
        "schemas/bridge.json | application/json", "schemas/headers.json | application/json"
    })
    void servesTheContractToAnybody(String file, String type) throws IOException {
        Answer answer = registry.get("/contract/" + (file.equals("index.html") ? "" : file));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.mediaType()).isEqualTo(type);
        assertThat(answer.body()).isEqualTo(Files.readString(
                ProjectDirectory.target().resolveSibling("src/main/webapp/contract").resolve(file)));
    }

    @Test
    void leadsToTheContractAlsoWithoutASlash() {
        Answer answer = registry.send(registry.request("/contract").GET());

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("/contract/");
    }

    @Test
    void answersAProblemForANodeThatIsNotThere() {
        Answer answer = registry.get(PATH + "/" + Registry.uniqueId("nobody"));

        isProblem(answer, 404, "not-registered");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?node_id=", "/-?node_id=", "/-/history?node_id=", "/-/heartbeat?node_id=", "/-/owner?node_id="})
    void takesAnEmptyParameterForTheNodeWithTheEmptyId(String path) {
        String method = path.contains("heartbeat") ? "POST" : path.contains("history") ? "GET" : "DELETE";

        Answer answer = registry.send(Registry.as("admin", registry.request(PATH + path))
                .method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    }

    @Test
    void answersAProblemForAPageThatIsNoLongerTheOneThatIsNamed() {
        isProblem(registry.send(Registry.asOperator(registry.request(PATH)).header("If-Match", "\"other\"").GET()), 412,
                "http-412");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/api/v1/registrations | GET POST DELETE HEAD OPTIONS",
        "/api/v1/registrations/none | GET DELETE HEAD OPTIONS",
        "/api/v1/registrations/watch | GET HEAD OPTIONS", "/api/v1/health | GET HEAD OPTIONS",
        "/api/v1/registrations/none/heartbeat | POST OPTIONS", "/ | GET HEAD OPTIONS",
        "/console/main.js | GET HEAD OPTIONS", "/health | GET HEAD OPTIONS", "/health/ready | GET HEAD OPTIONS",
        "/metrics | GET HEAD OPTIONS", "/openapi | GET HEAD OPTIONS", "/contract/ | GET HEAD OPTIONS"
    })
    void saysWhichMethodsThereAre(String path, String methods) {
        Answer answer = registry.send(registry.request(path).method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.body()).isIn(200, 204);
        assertThat(answer.header("Allow").split(", ")).containsExactlyInAnyOrder(methods.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        PATH + "?limit=1", PATH + "/none", PATH + "?limit=x", "/api/v1/health", "/api/v1/cluster", "/api/v1/drift",
        "/api/v1/dead-letters", "/api/v1/nodes", "/", "/console/main.js", "/health/live", "/openapi", "/metrics",
        "/none"
    })
    void answersHeadByTheHeadersOfGetAndNoBody(String path) {
        Answer get = registry.send(Registry.asOperator(registry.request(path)).GET());
        Answer head = registry.send(Registry.asOperator(registry.request(path))
                .method("HEAD", BodyPublishers.noBody()));

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.mediaType()).isEqualTo(get.mediaType());
        assertThat(head.header("ETag").isEmpty()).isEqualTo(get.header("ETag").isEmpty());
        if (path.startsWith("/api/")) {
            assertThat(head.header("Cache-Control")).isEqualTo(get.header("Cache-Control")).isNotEmpty();
        }
        assertThat(head.body()).isEmpty();
    }

    /** The time of a file in the WAR is the same in every build. */
    @ParameterizedTest
    @ValueSource(strings = {
        "/", "/index.html", "/console/main.js", "/console/console.css", "/webjars/uplot/dist/uPlot.esm.js",
        "/contract/", "/contract/index.html", "/contract/asyncapi.json", "/contract/contract.yaml"
    })
    void sendsTheConsolesFilesCompressedAndOnlyWhenTheyHaveChanged(String path) {
        Answer plain = registry.send(registry.request(path).GET());
        Answer gzip = registry.send(registry.request(path).header("Accept-Encoding", "gzip").GET());
        assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(gzip.body().length()).isLessThan(plain.body().length() * 2 / 3);
        assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding");
        assertThat(plain.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(plain.header("Last-Modified")).isEmpty();

        Answer again = registry.send(
                registry.request(path).header("If-None-Match", plain.header("ETag")).GET());
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(registry.status(registry.request(path).header("If-None-Match", "\"other\"").GET())).isEqualTo(200);
    }

    @Test
    void takesNoPlaceOfAWatcherForHead() {
        for (int i = 0; i < 300; i++) {
            Answer head = registry.send(Registry.as("reader", registry.request(PATH + "/watch"))
                    .method("HEAD", BodyPublishers.noBody()));
            assertThat(head.status()).as(head.body()).isEqualTo(200);
            assertThat(head.mediaType()).isEqualTo("text/event-stream");
        }

        // more than one caller may have; a place of another test's watcher is free once its end is noticed
        eventually().until(
                () -> registry.status(Registry.as("reader", registry.request(PATH + "/watch")).GET()) == 200);
    }

    @Test
    void believesNoClientAboutHowItCame() throws Exception {
        RawAnswer answer = RawHttp.to(registry).send(String.join("\r\n",
                "GET /console HTTP/1.1", "Host: localhost", "Connection: close", "$WSIS: true", "$WSSC: https",
                "$WSSN: elsewhere.example", "$WSSP: 444", "$WSRA: 192.0.2.1", "$WSRU: admin", "", ""));

        assertThat(answer.text()).doesNotContain("elsewhere.example", "https://", "Strict-Transport-Security");
        assertThat(RawHttp.to(registry).send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "$WSRU: admin\r\n$WSAT: BASIC\r\n\r\n").status()).isEqualTo(401);
    }

    private static HttpRequest.Builder withBody(HttpRequest.Builder request, String nodeId) {
        return request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(RegistrationsApiIT.payload(nodeId).toString()));
    }
}
