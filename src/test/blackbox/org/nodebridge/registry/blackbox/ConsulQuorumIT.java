// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerStartException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three Consul servers, of which the leader is killed, and then two. */
@Tag("chaos")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsulQuorumIT {

    private static final Logger LOG = LoggerFactory.getLogger(ConsulQuorumIT.class);
    private static final String NAME = "quorum";
    private static final long SEED = Long.getLong("model.seed", System.nanoTime());

    private static List<ConsulServer> consul;
    private static Registry registry;
    private static LoadOfEvents load;

    private final Set<String> registered = new TreeSet<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        consul = ConsulServer.cluster(Backends.emptyDirectory(NAME), 3);
        consul.forEach(Server::start);
        eventually().until(() -> leader() != null);
        registry = SeparateRegistry.on(Backends.shared(), NAME, Map.of(
                "CONSUL_HOST", consul.stream().map(server -> "127.0.0.1:" + server.port())
                        .collect(Collectors.joining(",")),
                "REGISTRY_RECONCILE_START_GRACE", "PT1S"))
                .replica("liberty");
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        load = new LoadOfEvents(registry.broker(), registry::topic, SEED, Registry.uniqueId("events"), 50, 100);
    }

    @AfterAll
    static void stop() {
        load.close();
        registry.liberty().kill();
        consul.forEach(Server::kill);
    }

    @Test
    @Order(1)
    void losesNothingWhenTheLeaderIsKilledUnderLoad() {
        Queue<Integer> answers = new ConcurrentLinkedQueue<>();
        CountDownLatch enough = new CountDownLatch(1);
        AtomicLong longest = new AtomicLong();
        load.begin();
        CompletableFuture<Void> manual = CompletableFuture.runAsync(() -> {
            long last = System.nanoTime();
            while (enough.getCount() > 0) {
                int status = register();
                answers.add(status);
                if (status == 201) {
                    long now = System.nanoTime();
                    longest.accumulateAndGet(now - last, Math::max);
                    last = now;
                }
            }
        });
        eventually().until(() -> answers.contains(201));
        Held held = Held.before(registry);
        ConsulServer killed = leader();

        killed.kill();

        eventually().until(() -> leader() != null && leader() != killed);
        int before = successes(answers);
        eventually().until(() -> successes(answers) > before + 20);
        enough.countDown();
        manual.join();
        load.end();
        assertThat(answers).isSubsetOf(201, 202); // the gap may fall between two
        LOG.atInfo().addKeyValue("gap_ms", Duration.ofNanos(longest.get()).toMillis())
                .log("Consul's leader was lost: the longest time without a registration in both stores");
        eventually().untilAsserted(() -> assertThat(inConsul()).isEqualTo(registered));
        awaitAgreement();
        restart(killed);
        isInOrder();
        held.isLetGoBy(registry);
    }

    @Test
    @Order(2)
    void finishesWhatWasPendingWhileMostServersWereDown() {
        Held held = Held.before(registry);
        load.begin();
        List<ConsulServer> most = consul.subList(0, 2);
        most.forEach(Server::kill);

        eventually().until(() -> register() == 202);
        eventually().untilAsserted(() -> assertThat(Health.checks(registry).get("consul").at("/data/state").asText())
                .isIn("degraded", "unhealthy"));
        assertThat(registry.get("/health/live").status()).isEqualTo(200);
        assertThat(registry.get("/api/v1/registrations?limit=1").status()).isEqualTo(200);

        most.forEach(ConsulQuorumIT::restart);
        Gap gap = Gap.of("Most Consul servers were lost, and are back");
        eventually().until(() -> register() == 201);
        gap.ended();
        eventually().until(() -> leader() != null);
        load.end();

        eventually().untilAsserted(() -> assertThat(inConsul()).containsAll(registered));
        awaitAgreement();
        isInOrder();
        held.isLetGoBy(registry);
    }

    /** Both stores have what the events of both phases come to. */
    private static void awaitAgreement() {
        eventually().untilAsserted(() -> Agreement
                .of(load.fold(), registry.stores().with(ConsulQuorumIT::leader), nodeId -> !nodeId.startsWith(NAME))
                .assertComplete(SEED));
    }

    /** More than once: the port of one that was killed has been seen in use for a moment. */
    private static void restart(Server server) {
        eventually().ignoreExceptionsInstanceOf(ServerStartException.class).until(() -> {
            server.start();
            return true;
        });
    }

    private static int successes(Queue<Integer> answers) {
        return (int) answers.stream().filter(status -> status == 201).count();
    }

    private int register() {
        PlainNode node = PlainNode.unique(NAME);
        int status = registry.post("/api/v1/registrations", node.payload()).status();
        registered.add(node.id());
        return status;
    }

    private void isInOrder() {
        eventually().untilAsserted(() -> {
            JsonNode made = registry.post("/api/v1/reconciliations?dry_run=true", Json.object("{}")).json();
            assertThat(made.path("status").asText()).isEqualTo("done");
            assertThat(made.at("/report/drift")).isEmpty();
            assertThat(Health.checks(registry).get("consul").at("/data/state").asText()).isEqualTo("healthy");
        });
    }

    /** As a server that runs knows it. */
    private static ConsulServer leader() {
        return consul.stream()
                .filter(Server::isAlive)
                .flatMap(server -> server.leader().stream())
                .filter(Server::isAlive)
                .findFirst()
                .orElse(null);
    }

    private Set<String> inConsul() {
        Set<String> ids = new TreeSet<>();
        String url = leader().url() + "/v1/catalog/node-services/" + NAME + "?consistent";
        try {
            String body = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body();
            Json.parse(body).path("Services").forEach(service -> ids.add(service.path("ID").asText()));
            ids.removeIf(id -> !id.startsWith(NAME));
        } catch (IOException e) {
            throw new AssertionError(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ids;
    }
}
