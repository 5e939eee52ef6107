// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.blackbox.ApiDocument.Operation;

/**
 * Every operation and what no good caller sends. All of it is refused by a 4xx, and what happens to be right is
 * answered, but nothing fails, hangs, or leaves the registry otherwise than it was.
 */
class HostileInputIT {

    private static final String PATH = "/api/v1/registrations";

    /** Parameters that take any text, so that an attack by one is a search that finds nothing. */
    private static final Set<String> SEARCHES =
            Set.of("q", "region", "capability", "metadata", "node_id", "endpoint", "actor");

    private static final Registry registry = Registry.shared();
    private static final ApiDocument document = ApiDocument.of(registry);

    private static GoodRequests good;
    private static Unharmed before;

    @BeforeAll
    static void lookAtTheRegistry() {
        System.out.println("-Dhostile.seed=" + HostileInput.SEED);
        good = new GoodRequests(registry);
        before = eventually().until(() -> Unharmed.now(registry), each -> each.health().equals("healthy"));
    }

    @AfterAll
    static void theRegistryGoesOn() {
        eventually().untilAsserted(before::isAsItWas);
    }

    static Stream<Operation> operations() {
        return document.operations().stream();
    }

    static Stream<Operation> withId() {
        return operations().filter(Operation::hasParameterInPath);
    }

    static Stream<Operation> withBody() {
        return operations().filter(operation -> operation.json().has("requestBody"));
    }

    @ParameterizedTest
    @MethodSource("withId")
    void knowsNothingByAHostileId(Operation operation) {
        List<String> ids = new ArrayList<>(HostileInput.TEXTS);
        ids.addAll(new HostileInput(operation.id()).randomTexts(20));
        List<String> wrong = new ArrayList<>();
        for (String id : ids) {
            Answer answer = registry.send(withBody(operation, operation.pathWith(id)));
            boolean right = refuses(answer) || saysThatItKnowsNoneOf(answer);
            if (!right || answer.headers().map().containsKey("x-injected")) {
                wrong.add(id + " -> " + answer.status() + " " + answer.body());
            }
        }
        assertThat(wrong).as("seed %d", HostileInput.SEED).isEmpty();
    }

    /** Each text by every third parameter; in chaos by all. */
    @ParameterizedTest
    @MethodSource("operations")
    void takesNoHostileParameter(Operation operation) {
        takesNone(operation, parameter -> HostileInput.share(
                HostileInput.TEXTS, (operation.id() + parameter).hashCode(), 3), 3);
    }

    @Tag("chaos")
    @ParameterizedTest
    @MethodSource("operations")
    void takesNoHostileTextForAnyParameter(Operation operation) {
        takesNone(operation, parameter -> HostileInput.TEXTS, 10);
    }

    private static void takesNone(Operation operation, Function<String, List<String>> hostile, int random) {
        List<String> wrong = new ArrayList<>();
        for (String parameter : operation.parameters("query")) {
            List<String> texts = new ArrayList<>(hostile.apply(parameter));
            texts.addAll(new HostileInput(operation.id() + parameter).randomTexts(random));
            for (String text : texts) {
                String query = "?" + parameter + "=" + text;
                Answer answer = registry.send(withBody(operation, operation.pathWith(good.id(operation)) + query));
                boolean right = refuses(answer) || answer.status() == 200 && isHarmless(parameter, text, answer);
                if (!right) {
                    wrong.add(query + " -> " + answer.status() + " " + answer.body());
                }
            }
        }
        assertThat(wrong).as("seed %d", HostileInput.SEED).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void takesNoBrokenBody(Operation operation) {
        List<String> wrong = new ArrayList<>();
        for (byte[] body : new HostileInput(operation.id()).brokenBodies()) {
            Answer answer = send(operation, body);
            boolean right = isBatch(operation) ? isRefusedLineByLine(answer) : refuses(answer);
            if (!right) {
                wrong.add(shown(body) + " -> " + answer.status() + " " + answer.body());
            }
        }
        assertThat(wrong).as("seed %d", HostileInput.SEED).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void failsAtNoMemberOfAWrongKind(Operation operation) {
        HostileInput hostile = new HostileInput(operation.id());
        String body = good.body(operation);
        List<byte[]> bodies = new ArrayList<>();
        hostile.wrongMembers(body).forEach(each -> bodies.add(each.getBytes(UTF_8)));
        if (operation.path().startsWith(PATH)) {
            bodies.addAll(hostile.mutations(body, 60)); // elsewhere one might replay everything
        }
        List<String> wrong = new ArrayList<>();
        for (byte[] each : bodies) {
            Answer answer = send(operation, each);
            if (answer.status() >= 500 || answer.status() == 429) {
                wrong.add(shown(each) + " -> " + answer.status() + " " + answer.body());
            }
            deregister(answer);
        }
        assertThat(wrong).as("seed %d", HostileInput.SEED).isEmpty();
    }

    /** A parser's table of names can fail at names of equal hash, which are good names all the same. */
    @Test
    void readsWhatItTookForAnyHashesOfItsNames() {
        ObjectNode payload = RegistrationsApiIT.payload(Registry.uniqueId("hashes"));
        for (int number = 0; number < 500; number++) {
            String name = Integer.toBinaryString(1024 + number).replace("0", "bB").replace("1", "c!");
            payload.withObject("/capabilities").put(name, true);
        }

        Answer answer = registry.post("/api/v1/registrations", payload);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        String id = payload.path("node_id").asText();
        // not as a tree, because the parser of this client fails at them
        eventually().untilAsserted(() -> {
            Answer read = registry.get("/api/v1/registrations/" + id);
            assertThat(read.status()).as(read.body()).isEqualTo(200);
            assertThat(read.body()).contains("c!bBbBbBbBbBbBbBbBbBbB").contains("\"consul\":\"registered\"");
        });
        assertThat(registry.get("/api/v1/registrations?limit=1000").status()).isEqualTo(200);
        assertThat(registry.get("/api/v1/registrations/" + id + "/history").status()).isEqualTo(200);
        assertThat(registry.delete("/api/v1/registrations/" + id).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void takesNoTenMegabytes(Operation operation) {
        byte[] body = "x".repeat(10 << 20).getBytes(UTF_8);
        List<HttpRequest.BodyPublisher> bodies = List.of(
                BodyPublishers.ofByteArray(body), BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
        for (HttpRequest.BodyPublisher publisher : bodies) {
            Answer answer = registry.send(admin(operation.pathWith("none") + (isBatch(operation) ? "" : "?no-such=1"))
                    .header("Content-Type", operation.bodyType())
                    .method(operation.method(), publisher));

            assertThat(refuses(answer) || isBatch(operation) && isRefusedLineByLine(answer))
                    .as("%d %s", answer.status(), answer.body()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node_id", "registered_at", "last_heartbeat", "-updated_at", "status", "health"})
    void failsAtNoForgedCursor(String sort) {
        String list = PATH + "?limit=1&sort=" + sort;
        String cursor = registry.get(list).json().path("next_cursor").asText();
        ArrayNode parts = (ArrayNode) Json.parse(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
        for (int part = 0; part < 4; part++) {
            for (String forged : List.of(
                    "", "infinity", "-infinity", "now", "epoch", "' OR 1=1 --", "x".repeat(5000), "1e400", "\ufffd",
                    "+294277-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "0000-01-01T00:00:00Z", "-1")) {
                ArrayNode other = parts.deepCopy();
                other.set(part, Json.MAPPER.getNodeFactory().textNode(forged));
                String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(Json.utf8(other));

                Answer answer = registry.get(list + "&cursor=" + encoded);

                assertThat(answer.status()).as("%s: %s", other, answer.body()).isIn(200, 400, 414, 431);
            }
        }
    }

    private static boolean isBatch(Operation operation) {
        return operation.id().endsWith("Batch");
    }

    private static boolean refuses(Answer answer) {
        return answer.status() >= 400 && answer.status() < 500 && answer.status() != 429;
    }

    /** An explanation is given of what is not there; that not all records have been read may come before it. */
    private static boolean saysThatItKnowsNoneOf(Answer answer) {
        return answer.status() == 200
                && answer.json().path("findings").findValuesAsText("cause").contains("never_heard_of");
    }

    /** A search that has found nothing, or a time before or after all others. */
    private static boolean isHarmless(String parameter, String text, Answer answer) {
        if (SEARCHES.contains(parameter)) {
            // short ones may well be part of a name
            return text.length() < 5
                    || answer.json().path("registrations").isEmpty() && answer.json().path("changes").isEmpty();
        }
        if (parameter.equals("left_out_service")) {
            return answer.json().path("left_out_matching").intValue() == 0;
        }
        return Set.of("from", "to").contains(parameter) && text.contains("999999-")
                || parameter.equals("limit") || parameter.equals("cursor") && answer.json().has("drift");
    }

    private static boolean isRefusedLineByLine(Answer answer) {
        return refuses(answer) || answer.status() == 200
                && Stream.of(answer.body().split("\n"))
                        .filter(line -> !line.isBlank())
                        .allMatch(line -> Json.parse(line).path("status").asText().equals("error"));
    }

    /** What came through after all is not left to other tests. */
    private static void deregister(Answer answer) {
        if (answer.status() < 300 && answer.body().contains("\"outcome\"")) {
            var line = Json.parse(answer.body().split("\n")[0]);
            String nodeId = line.path("registered_node_id").asText(line.path("node_id").asText());
            registry.delete(PATH + "/" + Registry.encoded(nodeId));
        }
    }

    private static Answer send(Operation operation, byte[] body) {
        return registry.send(good.request(operation, good.id(operation), "", operation.bodyType(), body));
    }

    /** Of a kind that does no harm where the rest is taken. */
    private static HttpRequest.Builder withBody(Operation operation, String target) {
        return admin(target)
                .header("Content-Type", operation.bodyType())
                .method(operation.method(), operation.json().has("requestBody")
                        ? BodyPublishers.ofString("{\"dry_run\": true, \"from\": \"earliest\"}")
                        : BodyPublishers.noBody());
    }

    private static HttpRequest.Builder admin(String target) {
        return Registry.as("admin", registry.request(target));
    }

    private static String shown(byte[] body) {
        String text = new String(body, UTF_8);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
