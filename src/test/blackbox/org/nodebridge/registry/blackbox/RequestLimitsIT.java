// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that ask too much, or never end. Each is refused, and the registry goes on. */
class RequestLimitsIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void refusesABodyThatSaysThatItIsTooLong(int mebibytes) {
        Answer answer = registry.post(PATH, padded(mebibytes));

        isProblem(answer, 413, "body-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void refusesABodyThatTurnsOutToBeTooLong(int mebibytes) {
        byte[] body = Json.utf8(padded(mebibytes));

        Answer answer = registry.send(Registry.asOperator(registry.request(PATH))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        isProblem(answer, 413, "body-too-large");
    }

    @Test
    void waitsForABodyForSoLongOnly() throws Exception {
        RawAnswer answer = RawHttp.to(registry).send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n"
                + RawHttp.operator() + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"node_id\"");

        assertThat(answer.status()).as(answer.text()).isEqualTo(408);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        PATH + "/%00", PATH + "/a%00b", PATH + "/%", PATH + "/%zz", PATH + "/%ff%fe", PATH + "?node_type=%00",
        PATH + "?%00=1", PATH + "?limit=%zz", PATH + "/../../../etc/passwd", PATH + "/\u0001",
        PATH + "/{id}", PATH + "/a|b", PATH + "?limit={1}", PATH + "?cursor=a|b"
    })
    void refusesAnAddressThatNamesNothing(String target) throws Exception {
        RawAnswer answer = RawHttp.to(registry).send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    }

    @Test
    void refusesANulInAQueryByAProblem() {
        Answer answer = registry.get(PATH + "?cursor=a%00b");

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("query");
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 100_000})
    void refusesAnAddressWithoutEnd(int length) throws Exception {
        RawAnswer answer = RawHttp.to(registry)
                .send("GET " + PATH + "/" + "x".repeat(length) + " HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\n\r\n");

        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    }

    @Test
    void refusesAHeaderWithoutEnd() throws Exception {
        RawAnswer answer = RawHttp.to(registry)
                .send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n");

        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    }

    @Test
    void refusesHeadersWithoutNumber() throws Exception {
        RawAnswer answer = RawHttp.to(registry)
                .send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + "X-Many: x\r\n".repeat(2000) + "\r\n");

        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    }

    @Test
    void readsThatPostgresCannotAnswerInTimeHoldUpNoWrite() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Connection connection = Backends.shared().postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock(statement, "catalog_check");
            // more than either pool has connections
            List<CompletableFuture<Answer>> reads = Stream.generate(
                    () -> CompletableFuture.supplyAsync(() -> registry.get("/api/v1/drift"), threads))
                    .limit(50)
                    .toList();
            eventually().until(() -> reads.stream().anyMatch(CompletableFuture::isDone));

            Answer written = registry.post(PATH, payload(Registry.uniqueId("limit")));

            assertThat(written.status()).as(written.body()).isEqualTo(201);
            assertThat(reads).extracting(CompletableFuture::join)
                    .as("those beyond the pages that are sent at once must come back")
                    .allSatisfy(answer -> assertThat(answer.status()).isIn(429, 503))
                    .filteredOn(answer -> answer.status() == 503)
                    .allSatisfy(answer -> isProblem(answer, 503, "store-unavailable"))
                    .as("a read that had a connection was cancelled by PostgreSQL")
                    .anySatisfy(answer -> assertThat(answer.body()).contains("took too long"));
        } finally {
            threads.shutdownNow();
        }
        eventually().untilAsserted(() -> assertThat(registry.get("/api/v1/drift").status()).isEqualTo(200));
    }

    /** Only statements over the connections for reads end by the clock of PostgreSQL. */
    @Test
    void readsOfRegistrationsGoOverTheConnectionsForReadsAndEndInTime() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        String node = PATH + "/" + Registry.uniqueId("unread");
        try (Connection connection = Backends.shared().postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock(statement, "tool_registrations, registration_history");

            List<CompletableFuture<Answer>> reads = Stream.of(PATH, PATH + "?count=true", node, node + "/history")
                    .map(path -> CompletableFuture.supplyAsync(() -> registry.get(path), threads))
                    .toList();

            assertThat(reads).extracting(CompletableFuture::join).allSatisfy(answer -> {
                isProblem(answer, 503, "store-unavailable");
                assertThat(answer.body()).contains("took too long");
            });
        } finally {
            threads.shutdownNow();
        }
        eventually().untilAsserted(() -> assertThat(registry.get(PATH).status()).isEqualTo(200));
    }

    /** Again where PostgreSQL has ended a deadlock with a statement of the registry's by refusing ours. */
    private static void lock(Statement statement, String tables) {
        eventually().until(() -> {
            try {
                return !statement.execute("LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE");
            } catch (SQLException e) {
                statement.getConnection().rollback();
                return false;
            }
        });
    }

    private static ObjectNode padded(int mebibytes) {
        ObjectNode payload = payload(Registry.uniqueId("limit"));
        payload.withObject("/metadata").put("padding", "x".repeat(mebibytes * 1024 * 1024));
        return payload;
    }
}
