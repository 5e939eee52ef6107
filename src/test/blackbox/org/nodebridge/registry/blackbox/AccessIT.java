// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.blackbox.AccessTable.Row;

/** Every operation for every role and for nobody, as SECURITY.md says; OpenAPI says which operations there are. */
class AccessIT {

    private static final List<String> CALLERS = List.of("anybody", "reader", "operator", "admin");

    private static final Registry registry = Registry.shared();

    private static JsonNode document;

    @BeforeAll
    static void readTheInterface() {
        document = registry.send(Registry.as("reader", registry.request("/openapi"))
                .header("Accept", "application/json")
                .GET())
                .json();
    }

    static Stream<Arguments> everyOperationForEveryCaller() {
        return AccessTable.rows().stream()
                .flatMap(row -> CALLERS.stream().map(caller -> Arguments.of(row.operation(), caller, row)));
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("everyOperationForEveryCaller")
    void answersWhoMayAndNobodyElse(String operation, String caller, Row row) {
        HttpRequest.Builder request = request(row);

        int status = registry.status(caller.equals("anybody") ? request : Registry.as(caller, request));

        if (CALLERS.indexOf(caller) >= CALLERS.indexOf(row.role())) {
            assertThat(status).isNotIn(401, 403).isLessThan(500);
        } else {
            assertThat(status).isEqualTo(caller.equals("anybody") ? 401 : 403);
        }
    }

    @Test
    void everyOperationHasARowAndEveryRowAnOperation() {
        List<String> operations = document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(List.of("get", "post", "put", "patch", "delete")::contains)
                        .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()))
                .toList();

        assertThat(operations).hasSizeGreaterThan(15);
        assertThat(AccessTable.rows())
                .extracting(Row::operation)
                .filteredOn(operation -> operation.contains(" /api/"))
                .containsExactlyInAnyOrderElementsOf(operations);
    }

    @Test
    void everyOperationSaysWhatIsAnsweredToWhoMayNot() {
        document.path("paths").forEach(path -> path.forEach(operation -> {
            assertThat(operation.path("responses").properties())
                    .extracting(Map.Entry::getKey)
                    .contains("401", "403");
            assertThat(operation.path("security").toString()).contains("basic", "bearer");
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "operator:wrong", "operator:", "operator", ":to-read-in-the-tests", "nobody:", "Admin:for-all-in-the-tests",
        "admin:a-password-of-the-tests"
    })
    void refusesWrongCredentialsAlsoWhereTheUserIsKnown(String credentials) {
        String basic = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));

        Answer answer = registry.send(
                registry.request("/api/v1/registrations").header("Authorization", "Basic " + basic).GET());

        RegistrationsApiIT.isProblem(answer, 401, "http-401");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Basic realm=");
    }

    @Test
    void slowsDownACallerWhoTriesPasswordsAndNobodyElse() throws Exception {
        Metrics before = Metrics.of(registry);
        RawHttp guesser = RawHttp.to(registry).from("127.0.0.2");
        Map<Integer, Integer> statuses = new HashMap<>();
        long start = System.nanoTime();
        for (int i = 0; i < 600; i++) {
            statuses.merge(guess(guesser, i).status(), 1, Integer::sum);
        }
        long minutes = Duration.ofNanos(System.nanoTime() - start).toMinutes() + 1;

        assertThat(statuses).containsOnlyKeys(401, 429);
        // an allowance of twenty, which comes back over a minute
        assertThat(statuses.get(401)).as("looked at in %s minutes were %s", minutes, statuses)
                .isLessThanOrEqualTo((int) (2 * 20 * (minutes + 1)));
        // again where one attempt came back just then
        eventually().untilAsserted(() -> {
            RawAnswer last = guess(guesser, 600);
            assertThat(last.status()).isEqualTo(429);
            assertThat(last.text()).contains("application/problem+json").containsPattern("Retry-After: \\d+");
            assertThat(guesser.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + basic("admin:" + Registry.ADMIN_PASSWORD) + "\r\n").status())
                    .as("the right password too, for some seconds, or it would be distinguished from a wrong one")
                    .isEqualTo(429);
        });
        assertThat(registry.send(Registry.as("admin", registry.request("/api/v1/cluster")).GET()).status())
                .as("the right user elsewhere")
                .isEqualTo(200);
        eventually().untilAsserted(() -> {
            assertThat(Metrics.of(registry).since(before, "registry_failed_sign_ins_total{result=\"limited\"}"))
                    .isGreaterThanOrEqualTo(statuses.get(429));
            assertThat(Files.readString(registry.liberty().directory().resolve("logs/messages.log"), ISO_8859_1))
                    .contains("Too many sign-ins have failed")
                    .contains("address=127.0.0.2")
                    .doesNotContain("guess-1");
        });
    }

    /** With headers of a client, which do not make it another one. */
    private static RawAnswer guess(RawHttp guesser, int number) throws IOException {
        String address = "192.0.2." + number % 250;
        return guesser.send("GET /api/v1/registrations?limit=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "X-Forwarded-For: " + address + "\r\nForwarded: for=" + address + "\r\n$WSRA: " + address + "\r\n"
                + basic("admin:guess-" + number) + "\r\n");
    }

    private static String basic(String credentials) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)) + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi", "/openapi/ui/", "/api/v1/registrations"})
    void putsNothingBehindARefusal(String path) {
        List<Answer> refused = List.of(
                registry.send(registry.request(path).GET()),
                registry.send(registry.request(path).header("Authorization", "Basic !!!").GET()));

        assertThat(refused).allSatisfy(answer -> {
            RegistrationsApiIT.isProblem(answer, 401, "http-401");
            assertThat(answer.body()).endsWith("}").doesNotContain("openapi:", "<html", "registrations\"");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !!!", "Bearer abc", "Digest username=\"admin\"", "Basic  "})
    void refusesCredentialsThatAreNone(String authorization) {
        Answer answer = registry.send(
                registry.request("/api/v1/registrations").header("Authorization", authorization).GET());

        RegistrationsApiIT.isProblem(answer, 401, "http-401");
    }

    @Test
    void saysWhichRoleIsMissing() {
        Answer answer = registry.post("operator", "/api/v1/replays", Json.object("{'from': 'yesterday'}"));

        RegistrationsApiIT.isProblem(answer, 403, "http-403");
        assertThat(answer.json().path("detail").asText()).contains("admin");
    }

    @ParameterizedTest
    @CsvSource({"reader, reader", "operator, reader operator", "admin, reader operator admin"})
    void saysWhoCallsAndWhatTheCallerMayDo(String caller, String roles) {
        JsonNode me = registry.send(Registry.as(caller, registry.request("/api/v1/me")).GET()).json();

        assertThat(me.path("name").textValue()).isEqualTo(caller);
        assertThat(me.path("roles")).extracting(JsonNode::textValue).containsExactly(roles.split(" "));
        assertThat(me.path("anonymous").booleanValue()).isFalse();
        assertThat(me.path("version").textValue()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void opensNoWindowOverAPageWhoseScriptAsks() {
        Answer answer = registry.send(
                registry.request("/api/v1/registrations").header("Sec-Fetch-Dest", "empty").GET());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("X-Basic realm=");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-, -, true", "same, -, true", "same, same-origin, true", "-, none, true", "-, same-origin, true",
        "http://evil.example, -, false", "http://evil.example, cross-site, false", "same, cross-site, false",
        "-, cross-site, false", "-, same-site, false", "null, -, false", "https, -, false",
        Registry.ALLOWED_ORIGIN + ", cross-site, true"
    })
    void writesForNoOtherSitesPage(String origin, String site, boolean written) {
        String ours = registry.liberty().url();
        HttpRequest.Builder request = Registry.asOperator(registry.request("/api/v1/registrations"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        Optional.ofNullable(origin)
                .map(given -> given.equals("same") ? ours : given)
                .map(given -> given.equals("https") ? ours.replace("http", "https") : given)
                .ifPresent(value -> request.header("Origin", value));
        Optional.ofNullable(site).ifPresent(value -> request.header("Sec-Fetch-Site", value));

        assertThat(registry.send(request).status()).isEqualTo(written ? 400 : 403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/", "/console/console.css", "/api/v1/health", "/nothing", "/health", "/metrics", "/openapi",
                "/contract/"
            })
    void everythingCarriesTheHeadersThatBrowsersMind(String path) {
        Answer answer = registry.get(path);

        assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
                .doesNotContainPattern("(script|default)-src[^;]*'unsafe-");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Strict-Transport-Security")).as("by plain HTTP").isEmpty();
        assertThat(answer.header("X-Powered-By")).isEmpty();
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @Test
    void setsNoCookieForWhoSignsInEither() {
        PlainNode node = PlainNode.unique("cookie");
        List<Answer> answers = List.of(
                registry.post("/api/v1/registrations", node.payload()),
                registry.send(Registry.asOperator(registry.request("/api/v1/registrations/" + node.id())).GET()),
                registry.delete("/api/v1/registrations/" + node.id()));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isBetween(200, 202);
            assertThat(answer.header("Set-Cookie")).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/health", "/api/v1/cluster", "/api/v1/registrations/nobody"})
    void keepsNothingInCaches(String path) {
        assertThat(registry.get(path).header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void letsOnlyTheCallersOwnCacheKeepWhatHasATag() {
        Answer answer = registry.get("/api/v1/registrations?limit=1");

        assertThat(answer.header("ETag")).isNotEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    }

    private static HttpRequest.Builder request(Row row) {
        String path = row.path().replaceAll("\\{[^}]+}", "nobody-of-access");
        // an endless answer for a caller who may have it, were it not wrong
        HttpRequest.Builder request = registry.request(path.endsWith("/watch") ? path + "?node_type=none" : path);
        if (row.method().equals("GET") || row.method().equals("DELETE")) {
            return request.method(row.method(), BodyPublishers.noBody());
        }
        String pointer = "/paths/" + row.path().replace("/", "~1") + "/" + row.method().toLowerCase(Locale.ROOT)
                + "/requestBody/content";
        String mediaType = document.at(pointer).properties().stream()
                .map(Map.Entry::getKey)
                .filter(type -> !type.equals("*/*"))
                .findFirst()
                .orElse("application/json");
        return request.header("Content-Type", mediaType).method(row.method(), BodyPublishers.ofString("{}"));
    }
}
