// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.blackbox.WatchStream.Event;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.GrpcScripts;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many who watch two replicas, while these, or what they need, go away and come back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchReplicasIT {

    private static final Logger LOG = LoggerFactory.getLogger(WatchReplicasIT.class);
    private static final Duration START = Duration.ofMinutes(5);
    private static final int WATCHERS = 20;
    private static final int WATCHERS_OF_THE_LONG_FORM = 200;
    private static final int MOST_OF_A_REPLICA = 210;
    private static final int NODES = 40;
    private static final int EVENTS_A_SECOND = 50;
    private static final int SLOW = 20;
    /** Characters of one registration. */
    private static final int LARGE = 700_000;

    private static final String ROUTE = "/api/v1/route?preview=true";
    /** How old the view may be; longer than the machine ever holds a replica up. */
    private static final Duration STALE_FOR = Duration.ofSeconds(30);
    private static final int CALLS = 140;

    private static final List<Integer> XDS_PORTS = List.of(FreePorts.one(), FreePorts.one());

    private static ServerGroup servers;
    private static Relay postgresOfTwo;
    private static List<Registry> replicas;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startReplicas() {
        servers = Backends.start("watch");
        postgresOfTwo = Relay.to(servers.postgres().orElseThrow().port());
        replicas = List.of(
                replica("one", servers.postgres().orElseThrow().port(), XDS_PORTS.get(0)),
                replica("two", postgresOfTwo.port(), XDS_PORTS.get(1)));
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(replica -> replica.liberty().awaitOk("/health/started", START));
        eventually().untilAsserted(() -> assertThat(leader()).isNotNull());
    }

    @AfterAll
    static void stopReplicas() {
        replicas.forEach(replica -> replica.liberty().kill());
        postgresOfTwo.close();
        servers.kill();
    }

    @AfterEach
    void disconnect() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void everybodyEndsWithTheTableAndTheTopicHasEachChangeOnceThoughTheLeaderIsKilled() throws SQLException {
        everybodyEndsWithTheTable(WATCHERS);
    }

    @Tag("chaos")
    @Test
    void everybodyEndsWithTheTableAlsoWhenTheyAreAsManyAsThereMayBe() throws SQLException {
        everybodyEndsWithTheTable(WATCHERS_OF_THE_LONG_FORM);
    }

    private void everybodyEndsWithTheTable(int watchers) throws SQLException {
        long seed = Long.getLong("watch.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("watch.seed", seed).log("The seed of this run");
        Random random = new Random(seed);
        List<WatchingClient> clients = IntStream.range(0, watchers)
                .mapToObj(number -> new WatchingClient(replicas, seed + number))
                .toList();
        open.addAll(clients);
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        open.add(clock::shutdownNow);
        clock.scheduleWithFixedDelay(
                () -> clients.forEach(WatchingClient::keepConnected), 0, 100, TimeUnit.MILLISECONDS);
        LoadOfEvents load = new LoadOfEvents(
                replicas.get(0).broker(), seed, Registry.uniqueId("watch"), NODES, EVENTS_A_SECOND);
        open.add(load);
        load.begin();
        var disconnects = clock.scheduleWithFixedDelay(
                () -> clients.get(random.nextInt(watchers)).reconnect(), 1000, 50, TimeUnit.MILLISECONDS);
        eventually().untilAsserted(() -> assertThat(clients)
                .allSatisfy(client -> assertThat(client.lastId()).isNotNull()));
        awaitRevision(lastRevision() + 100);

        List<String> histories = eventually().until(
                () -> ExportedTopic.of(replicas.get(0)).histories(), found -> !found.isEmpty());
        Registry killed = eventually().until(WatchReplicasIT::leader, Objects::nonNull);
        killed.liberty().kill();
        // as though it had been killed before it could note what it had published last
        sql("UPDATE topology_published SET revision = GREATEST(revision - 5, 0)");
        sql("UPDATE registrations_export SET revision = GREATEST(revision - 5, 0)");
        awaitRevision(lastRevision() + 100);
        killed.liberty().start();
        awaitRevision(lastRevision() + 100);
        disconnects.cancel(false);
        load.end();

        ConsumerGroup group = new ConsumerGroup(servers);
        eventually().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(group.lag()).as("records not committed").isZero());
        Registry registry = replicas.get(0);
        // of nodes that changed too often the last changes come as one, up to a minute later
        eventually().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            Map<String, List<JsonNode>> table = WatchingClient.inTable(registry.stores());
            assertThat(table).isNotEmpty();
            assertThat(clients).as("seed %s", seed).allSatisfy(client -> {
                assertThat(client.lastId()).isEqualTo(lastRevision());
                assertThat(client.known()).isEqualTo(table);
            });
        });
        assertThat(clients).as("seed %s", seed).allSatisfy(client -> assertThat(client.faults()).isEmpty());
        LOG.atInfo().addKeyValue("revisions", lastRevision())
                .addKeyValue("connections", clients.stream().mapToInt(WatchingClient::connections).sum())
                .addKeyValue("resyncs", clients.stream().mapToInt(WatchingClient::resyncs).sum())
                .log("All have seen the same");
        assertThat(clients.stream().mapToInt(WatchingClient::connections).sum()).isGreaterThan(watchers * 2);

        eventually().untilAsserted(() -> {
            TopologyTopic topic = TopologyTopic.of(registry);
            assertThat(topic.lastRevision()).isEqualTo(lastRevision());
            // another test may have pruned what was before
            assertThat(topic.nodeIds()).endsWith(registry.stores()
                    .query("SELECT tool_id FROM registration_history ORDER BY revision").stream()
                    .map(row -> row.path("tool_id").textValue())
                    .toArray(String[]::new));
        });
        assertThat(TopologyTopic.of(registry).faults()).isEmpty();
        eventually().untilAsserted(() -> {
            ExportedTopic exported = ExportedTopic.of(registry);
            assertThat(exported.lastRevision()).isEqualTo(lastRevision());
            assertThat(exported.nodes()).isEqualTo(WatchingClient.inTable(registry.stores()).keySet());
        });
        ExportedTopic exported = ExportedTopic.of(registry);
        assertThat(exported.faults()).isEmpty();
        assertThat(exported.histories()).as("another one would tell all nodes again").isEqualTo(histories);
    }

    @Test
    void streamsOutliveAnOutageOfPostgresWithoutGap() {
        WatchingClient client = connected(List.of(replicas.get(0)));
        int connections = client.connections();
        Server postgres = servers.postgres().orElseThrow();

        postgres.stop();
        try {
            callersAreAnsweredByBothUntilTheViewsAreTooOld();
            eventually().untilAsserted(() -> assertThat(client.comments())
                    .anyMatch(comment -> comment.contains("PostgreSQL is unavailable")));
            isProblem(replicas.get(0).get(WatchStream.PATH), 503, "store-unavailable");
        } finally {
            postgres.start();
        }

        eventually().untilAsserted(() -> assertThat(replicas.get(0)
                .post("/api/v1/registrations", PlainNode.unique("watch-outage").payload()).status())
                .isEqualTo(201));
        eventually().untilAsserted(() -> {
            assertThat(client.lastId()).isEqualTo(lastRevision());
            assertThat(client.known()).isEqualTo(WatchingClient.inTable(replicas.get(0).stores()));
        });
        assertThat(client.faults()).isEmpty();
        assertThat(client.connections()).isEqualTo(connections);
        eventually().untilAsserted(() -> assertThat(replicas).allSatisfy(replica -> {
            Answer answer = replica.get(ROUTE);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("age_ms").longValue()).isLessThan(5_000);
        }));
    }

    private static void callersAreAnsweredByBothUntilTheViewsAreTooOld() {
        Map<Registry, List<Long>> ages = new LinkedHashMap<>();
        eventually().atMost(Duration.ofMinutes(3)).until(() -> {
            boolean tooOld = true;
            for (Registry replica : replicas) {
                Answer answer = replica.get(ROUTE);
                if (answer.status() == 200) {
                    tooOld = false;
                    ages.computeIfAbsent(replica, first -> new ArrayList<>())
                            .add(answer.json().path("age_ms").longValue());
                } else {
                    isProblem(answer, 503, "discovery-view-unavailable");
                }
            }
            return tooOld;
        });
        assertThat(ages.values()).hasSameSizeAs(replicas).allSatisfy(
                of -> assertThat(of.get(of.size() - 1)).as("the last of %s", of).isGreaterThan(of.get(0)));
    }

    @Test
    void beginsAgainWhereTheHistoryHasBeenPruned() throws SQLException {
        // by which the replica follows all that is pruned before it is
        WatchingClient client = connected(List.of(replicas.get(0)));
        PlainNode node = null;
        for (int i = 0; i < 3; i++) {
            node = PlainNode.unique("watch-pruned");
            replicas.get(0).post("/api/v1/registrations", node.payload());
        }
        long last = replicas.get(0).stores()
                .query("SELECT revision FROM registration_history WHERE tool_id = '" + node.id() + "'")
                .get(0).path("revision").asLong();
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            eventually().untilAsserted(() -> {
                assertThat(client.lastId()).isGreaterThanOrEqualTo(last);
                assertThat(TopologyTopic.of(replicas.get(0)).lastRevision()).isGreaterThanOrEqualTo(last);
                assertThat(ExportedTopic.of(replicas.get(0)).lastRevision()).isGreaterThanOrEqualTo(last);
            });
            statement.execute("DELETE FROM registration_history WHERE revision < " + last);
        }

        List<Event> pruned = events(Long.toString(last - 2));
        List<Event> resumed = events(Long.toString(last - 1));

        eventually().untilAsserted(() -> {
            // leases of nodes of other tests may end meanwhile: more may follow
            assertThat(pruned).extracting(Event::name).startsWith("resync", "snapshot-begin").contains("snapshot-end");
            assertThat(resumed).extracting(Event::name).startsWith("added");
        });
        assertThat(pruned.get(0).data().path("reason").textValue()).isEqualTo("history_pruned");
        assertThat(pruned).filteredOn(event -> event.name().equals("snapshot-end"))
                .singleElement()
                .satisfies(end -> assertThat(end.id()).isGreaterThanOrEqualTo(last));
        assertThat(resumed.get(0).id()).isEqualTo(last);
    }

    @Test
    void sendsCommentsWhenNothingElseIsToBeSentAndLetsOnlySoManyIn() {
        WatchingClient client = connected(List.of(replicas.get(1)));
        eventually().untilAsserted(() -> assertThat(client.comments()).contains("heartbeat"));
        List<WatchStream> streams = new ArrayList<>();
        for (int i = 0; i <= MOST_OF_A_REPLICA; i++) {
            streams.add(WatchStream.open(replicas.get(1), "", null, event -> {}));
        }
        open.addAll(streams);

        eventually().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
            if (streams.stream().allMatch(stream -> stream.status() != 0 || stream.ended())) {
                // a busy replica may have turned one away for another reason
                WatchStream more = WatchStream.open(replicas.get(1), "", null, event -> {});
                streams.add(more);
                open.add(more);
            }
            assertThat(Metrics.of(replicas.get(1)).value("registry_watchers")).isEqualTo(MOST_OF_A_REPLICA);
            assertThat(streams).filteredOn(stream -> stream.status() != 0).extracting(WatchStream::status)
                    .containsOnly(200, 503);
        });
        isProblem(replicas.get(1).get(WatchStream.PATH), 503, "too-many-watchers");

        streams.forEach(WatchStream::close);
        eventually().untilAsserted(() -> {
            WatchStream again = WatchStream.open(replicas.get(1), "", null, event -> {});
            open.add(again);
            eventually().until(() -> again.status() != 0);
            assertThat(again.status()).isEqualTo(200);
        });
    }

    /** By the history that both follow, and not by a word between them. */
    @Test
    void bothReplicasGiveCallersTheSameNodesAndTheSameOneForAKey() {
        String work = Registry.uniqueId("route-work");
        List<PlainNode> nodes = PlainNode.many(work, 6).toList();
        for (PlainNode node : nodes) {
            ObjectNode payload = node.payload();
            ((ObjectNode) payload.path("capabilities")).putObject(work);
            assertThat(replicas.get(0).post("/api/v1/registrations", payload).status()).isIn(201, 202);
        }
        String all = "/api/v1/route?n=50&capability=" + work;
        for (Registry replica : replicas) {
            eventually().until(() -> replica.get(all).json().path("candidates").size() == nodes.size());
        }
        for (int i = 0; i < 30; i++) {
            String ofKey = "/api/v1/route?strategy=hash&key=caller-" + i + "&capability=" + work;
            assertThat(replicas.stream()
                    .map(replica -> replica.get(ofKey).json().at("/candidates/0/node_id").textValue())
                    .distinct()).singleElement().asString().startsWith(work);
        }

        replicas.get(0).delete("/api/v1/registrations/" + nodes.get(3).id());

        eventually().untilAsserted( // within a second where the machine is not held up
                () -> assertThat(replicas).allSatisfy(
                        replica -> assertThat(replica.get(all).body()).doesNotContain(nodes.get(3).id() + "\"")));
    }

    /** By what both read of the heartbeats, and what each of them has handed out itself. */
    @Test
    void bothReplicasShareCallsByWeightAndGiveNobodyANodeThatDrainsOrIsCordoned() {
        String work = Registry.uniqueId("shared-work");
        Map<PlainNode, Integer> weights = new LinkedHashMap<>();
        PlainNode.many(work + "-light", 2).forEach(node -> weights.put(node, 1));
        PlainNode.many(work + "-heavy", 2).forEach(node -> weights.put(node, 4));
        PlainNode cordoned = new PlainNode(work + "-cordoned");
        PlainNode draining = new PlainNode(UUID.randomUUID().toString());
        List<PlainNode> all = new ArrayList<>(weights.keySet());
        all.addAll(List.of(cordoned, draining));
        all.forEach(node -> registerWithHeartbeat(node, work, weights.getOrDefault(node, 1)));
        String preview = "/api/v1/route?n=50&preview=true&capability=" + work;
        for (Registry replica : replicas) {
            eventually().until(() -> replica.get(preview).json().path("candidates").size() == all.size());
        }

        assertThat(replicas.get(0).cordon(cordoned.id(), "maintenance").status()).isBetween(200, 202);
        awaitLeftOut(preview, "cordoned", cordoned);
        replicas.get(0).publish(Registry.INTROSPECTION, null, draining.stopsForAWhile());
        eventually().until(() -> replicas.get(0).row(draining.id()).orElseThrow().path("status").asText()
                .equals("draining"));
        awaitLeftOut(preview, "draining", draining);

        for (Registry replica : replicas) {
            // while some have begun later with a small share, or what was handed out is soon forgotten, it is another
            eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                weights.forEach(WatchReplicasIT::beat);
                // ten seconds after the node became callable
                eventually().until(() -> StreamSupport.stream(
                        replica.get(preview).json().path("candidates").spliterator(), false)
                        .filter(candidate -> candidate.at("/load/counted").booleanValue()).count() == weights.size());
                Map<String, Integer> calls = new HashMap<>();
                for (int i = 0; i < CALLS; i++) {
                    calls.merge(replica.get("/api/v1/route?capability=" + work).json().at("/candidates/0/node_id")
                            .asText(), 1, Integer::sum);
                }
                // of a tenth for each unit of weight none was further away than 4 in 4,000 simulated runs
                weights.forEach((node, weight) -> assertThat(calls.getOrDefault(node.id(), 0))
                        .as("%s of %s", node, calls)
                        .isBetween(CALLS * weight / 10 - 7, CALLS * weight / 10 + 7));
            });
        }
    }

    /** At work on as much as it can do at once. */
    private static void registerWithHeartbeat(PlainNode node, String capability, int weight) {
        ObjectNode payload = node.payload();
        payload.withObject("/capabilities").putObject(capability);
        payload.withObject("/metadata").put("weight", weight);
        assertThat(replicas.get(0).post("/api/v1/registrations", payload).status()).isIn(201, 202);
        beat(node, weight);
    }

    private static void beat(PlainNode node, int weight) {
        assertThat(replicas.get(0).post(
                "/api/v1/registrations/" + node.id() + "/heartbeat",
                Json.object("{'health_status': 'healthy'}").put("active_operations", weight)).status())
                .isEqualTo(200);
    }

    /** Logs how long that takes: on a loaded machine a bound would say more about the machine. */
    private static void awaitLeftOut(String preview, String reason, PlainNode node) {
        long begin = System.nanoTime();
        for (Registry replica : replicas) {
            eventually().untilAsserted(() -> {
                JsonNode answer = replica.get(preview).json();
                assertThat(answer.at("/left_out/" + reason).intValue()).isEqualTo(1);
                assertThat(answer.path("candidates").findValuesAsText("node_id")).isNotEmpty()
                        .doesNotContain(node.id());
            });
        }
        LOG.atInfo().addKeyValue("reason", reason)
                .addKeyValue("millis", Duration.ofNanos(System.nanoTime() - begin).toMillis())
                .log("Neither replica gives the node to callers any more");
    }

    private ManagedChannel channel(int replica) {
        ManagedChannel channel = Grpc.newChannelBuilder(
                "127.0.0.1:" + XDS_PORTS.get(replica), InsecureChannelCredentials.create()).build();
        open.add(channel::shutdownNow);
        return channel;
    }

    /** Nothing between the replica and its database, while it has no transaction that others would wait for. */
    private static void cutOffFromPostgres() {
        eventually().until(() -> {
            postgresOfTwo.block();
            String ports = postgresOfTwo.portsAtTheServer().stream().map(String::valueOf)
                    .collect(Collectors.joining(",", "(", ")"));
            boolean idle = replicas.get(0).stores().query("SELECT pid FROM pg_stat_activity WHERE state <> 'idle'"
                    + " AND client_port IN " + ports).isEmpty();
            if (!idle) {
                postgresOfTwo.unblock();
            }
            return idle;
        });
    }

    @Test
    void aCallerWhoComesFromANewerReplicaReceivesNothingOlderFromOneThatLags() {
        String caller = Registry.uniqueId("caller-who-moves");
        Relay xds = Relay.to(XDS_PORTS.get(0));
        open.add(xds);
        try (GrpcFleet fleet = GrpcFleet.listening(replicas.get(0), "orchestrator", 2);
                RawAds ofOne = new RawAds(channel(0), "of-one", "").ask(EnvoyMessages.ENDPOINTS, "onex-orchestrator")) {
            fleet.announce("");
            for (int replica = 0; replica < 2; replica++) {
                try (RawAds each = new RawAds(channel(replica), "each", "").ask(
                        EnvoyMessages.ENDPOINTS, "onex-orchestrator")) {
                    eventually().until(() -> !each.answers().isEmpty() && called(each.last()) == 2);
                }
            }
            GrpcFleet.GrpcNode cordoned = fleet.nodes().get(0);
            try (ContinuousCalls calls = new ContinuousCalls(
                    new MeshBootstrap(xds.port(), caller, "").scheme() + ":///onex-orchestrator")) {
                eventually().until(() -> fleet.nodes().stream().allMatch(node -> fleet.calls(node) > 0));
                cutOffFromPostgres();
                assertThat(replicas.get(0).cordon(cordoned.id(), "a test").status()).isIn(200, 202);
                ofOne.await(0);
                eventually().until(() -> called(ofOne.last()) == 1);
                String version = ofOne.last().getVersionInfo();
                eventually().untilAsserted(() -> {
                    fleet.resetCalls();
                    calls.awaitMore(40);
                    assertThat(fleet.calls(cordoned)).isZero();
                });

                long movedAt = System.nanoTime();
                xds.leadTo(XDS_PORTS.get(1));
                try (RawAds ahead = new RawAds(channel(1), "ahead", "").askFrom(
                        EnvoyMessages.ENDPOINTS, version, "onex-orchestrator");
                        RawAds again = new RawAds(channel(1), "again", "").ask(
                                EnvoyMessages.ENDPOINTS, "onex-orchestrator")) {
                    assertThat(called(again.await(0))).as("by the replica that lags").isEqualTo(2);
                    eventually().until(() -> isWaiting(caller) || !RawAds.mustStillWait(movedAt));
                    calls.awaitMore(40);
                    isAsPromised(fleet, cordoned, movedAt);
                    boolean early = !ahead.answers().isEmpty();
                    assertThat(early && RawAds.mustStillWait(movedAt)).as("is answered before that").isFalse();

                    postgresOfTwo.unblock();
                    DiscoveryResponse first = ahead.await(0);
                    boolean older = RawAds.revision(first) < Long.parseLong(version) || called(first) != 1;
                    assertThat(older && RawAds.mustStillWait(movedAt)).as("is answered by less").isFalse();
                    eventually().until(() -> called(ahead.last()) == 1 && !isWaiting(caller));
                }
                calls.awaitMore(40);
                isAsPromised(fleet, cordoned, movedAt);
                eventually().untilAsserted(() -> {
                    fleet.resetCalls();
                    calls.awaitMore(40);
                    assertThat(fleet.calls(cordoned)).isZero();
                });
                assertThat(calls.failures()).isEmpty();
                // what changes from now on comes to it from that replica
                replicas.get(0).delete("/api/v1/registrations/" + cordoned.id() + "/cordon");
                eventually().until(() -> fleet.calls(cordoned) > 0);
            }
        } finally {
            postgresOfTwo.unblock();
        }
    }

    /** A caller who has heard of the cordon does not call the node; after half a minute what is older does as well. */
    private static void isAsPromised(GrpcFleet fleet, GrpcFleet.GrpcNode cordoned, long movedAt) {
        boolean called = fleet.calls(cordoned) > 0;
        assertThat(called && RawAds.mustStillWait(movedAt)).as("is called although it is cordoned").isFalse();
    }

    /** How many nodes an answer says may be called. */
    private static long called(DiscoveryResponse answer) {
        return RawAds.endpoints(answer).stream()
                .filter(each -> each.getHealthStatus() == HealthStatus.HEALTHY).count();
    }

    private static boolean isWaiting(String caller) {
        return StreamSupport.stream(replicas.get(1).get("/api/v1/xds").json().path("clients").spliterator(), false)
                .anyMatch(client -> client.path("id").textValue().equals(caller)
                        && client.path("waiting").booleanValue());
    }

    @Test
    void clientsOfGrpcCallNodesByTheirWeights(@TempDir Path directory) throws Throwable {
        try (GrpcFleet fleet = GrpcFleet.listening(replicas.get(0), "compute", 2);
                RawAds client = new RawAds(channel(0), "weights", "").ask(EnvoyMessages.ENDPOINTS, "onex-compute")) {
            GrpcFleet.GrpcNode one = fleet.nodes().get(0);
            GrpcFleet.GrpcNode other = fleet.nodes().get(1);
            MeshBootstrap bootstrap = new MeshBootstrap(XDS_PORTS.get(0), Registry.uniqueId("weights"), "");
            fleet.weighs(one, 9);
            fleet.weighs(other, 1);
            awaitHeavier(client, one, other);
            try (ContinuousCalls calls = new ContinuousCalls(bootstrap.scheme() + ":///onex-compute")) {
                isCalledMore(fleet, one, other, () -> calls.awaitMore(300));
                isCalledMore(fleet, one, other, () -> GrpcScripts.pythonNeeded().run(
                        script("python"), bootstrap.json().toString(), directory));
                isCalledMore(fleet, one, other, () -> GrpcScripts.nodeNeeded().run(
                        script("javascript"), bootstrap.json().toString(), directory));

                fleet.weighs(one, 1);
                fleet.weighs(other, 9);
                awaitHeavier(client, other, one);
                isCalledMore(fleet, other, one, () -> calls.awaitMore(300));
                assertThat(calls.failures()).isEmpty();
            }
        }
    }

    /** Before a test asks for a route, by which the replica would read figures of load for a minute as well. */
    @Test
    @Order(1)
    void ofTwoNodesOfTheSameCapacityTheBusyOneGetsTheLowerWeight() {
        try (GrpcFleet fleet = GrpcFleet.listening(replicas.get(0), "reducer", 2);
                RawAds client = new RawAds(channel(0), "loads", "").ask(EnvoyMessages.ENDPOINTS, "onex-reducer")) {
            GrpcFleet.GrpcNode busy = fleet.nodes().get(0);
            GrpcFleet.GrpcNode idle = fleet.nodes().get(1);
            fleet.weighs(busy, 3);
            fleet.weighs(idle, 3);
            client.await(0);
            eventually().until(() -> weight(client, busy) > 0 && weight(client, busy) == weight(client, idle));

            eventually().until(() -> {
                fleet.beat(busy, 500); // again, as what it says counts for a while only
                fleet.beat(idle, 10);
                return weight(client, busy) > 0 && weight(client, busy) < weight(client, idle);
            });
        }
    }

    private static String script(String language) {
        return Snippets.of("docs/mesh.md", language, "xds:///onex-effect").replace("onex-effect", "onex-compute");
    }

    private static void awaitHeavier(RawAds client, GrpcFleet.GrpcNode heavy, GrpcFleet.GrpcNode light) {
        client.await(0);
        eventually().until(() -> weight(client, heavy) > 4 * weight(client, light));
    }

    /** Of the node's locality in the newest answer, of which nothing may be known yet. */
    private static int weight(RawAds client, GrpcFleet.GrpcNode node) {
        return RawAds.localities(client.last()).stream()
                .filter(each -> each.getLocality().getSubZone().equals(node.id()))
                .mapToInt(each -> each.getLoadBalancingWeight().getValue())
                .sum();
    }

    /** Sooner or later: while a client connects to one of them, it calls the other alone. */
    private static void isCalledMore(
            GrpcFleet fleet, GrpcFleet.GrpcNode heavy, GrpcFleet.GrpcNode light, ThrowingCallable calls) {
        eventually().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
            fleet.resetCalls();
            calls.call();
            // of equals, 300 calls would do so in one of a hundred million runs
            assertThat(fleet.calls(heavy)).isGreaterThan(2 * fleet.calls(light));
        });
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aStopEndsTheStreamsAndIsNotHeldUpByThem() throws IOException {
        Registry stopped = replicas.get(1);
        List<Event> events = new CopyOnWriteArrayList<>();
        WatchStream stream = WatchStream.open(stopped, "", null, events::add);
        open.add(stream);
        eventually().until(() -> events.stream().anyMatch(event -> event.name().equals("snapshot-end")));

        long begin = System.nanoTime();
        stopped.liberty().stop();
        Duration time = Duration.ofNanos(System.nanoTime() - begin);

        eventually().until(stream::ended);
        assertThat(time).isLessThan(Duration.ofSeconds(50)); // after 60 s it would have been killed
        Path log = stopped.liberty().directory().resolve("logs/messages.log");
        assertThat(new String(Files.readAllBytes(log), StandardCharsets.UTF_8))
                .as("Liberty has waited for half a minute").doesNotContain("CWWKE1102W");
    }

    /** The last but one, since what it leaves in the history takes long to read; for the long form. */
    @Tag("chaos")
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void whoDoesNotReadHoldsUpNobodyElse() {
        Registry replica = replicas.get(0);
        awaitWatchers(replica, 0); // of the tests before, of which the replica has yet to notice that they have gone
        WatchingClient quick = connected(List.of(replica));
        List<SlowWatcher> slow = Stream.generate(() -> SlowWatcher.of(replica)).limit(SLOW).toList();
        open.addAll(slow);
        slow.forEach(watcher -> watcher.readUntil("event: snapshot-end"));

        // more than the network takes in their place
        registerLarge(replica, 10);
        awaitLastRevision(quick);
        // more than a replica keeps, to each of them more than half of what its heap has room for would be pending
        for (int batch = 0; batch < 2; batch++) {
            registerLarge(replica, 33);
        }
        awaitLastRevision(quick);

        assertThat(quick.faults()).isEmpty();
        assertThat(quick.known()).isEqualTo(WatchingClient.inTable(replica.stores()));
        awaitWatchers(replica, 1);
    }

    /** Where the machine is busy even a client that reads may be cut, and comes back as clients do. */
    private static void awaitLastRevision(WatchingClient client) {
        eventually().until(() -> {
            client.keepConnected();
            return client.lastId() == lastRevision();
        });
    }

    private static void awaitWatchers(Registry replica, int left) {
        eventually().untilAsserted(() -> assertThat(Metrics.of(replica).value("registry_watchers"))
                .as("those who are left").isEqualTo(left));
    }

    private static void registerLarge(Registry replica, int nodes) {
        String lines = Stream.generate(() -> PlainNode.unique("watch-large").payload())
                .limit(nodes)
                .peek(payload -> payload.withObject("/metadata").put("padding", "x".repeat(LARGE)))
                .map(payload -> payload + "\n")
                .collect(Collectors.joining());
        Answer answer = replica.send(Registry.asOperator(replica.request("/api/v1/registrations/batch"))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
        assertThat(answer.body().lines()).hasSize(nodes).allMatch(line -> line.contains("\"created\""));
    }

    private WatchingClient connected(List<Registry> to) {
        WatchingClient client = new WatchingClient(to, 1);
        open.add(client);
        eventually().until(() -> {
            client.keepConnected(); // a replica that is busy or full turns the first try away
            return client.lastId() != null;
        });
        return client;
    }

    private List<Event> events(String lastEventId) {
        List<Event> events = new CopyOnWriteArrayList<>();
        open.add(WatchStream.open(replicas.get(0), "", lastEventId, events::add));
        return events;
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    private static Registry replica(String name, int postgresPort, int xdsPort) {
        return Registry.on(servers, Backends.emptyDirectory("watch/" + name), Map.ofEntries(
                Map.entry("JVM_ARGS", "-Xmx512m"),
                Map.entry("POSTGRES_PORT", Integer.toString(postgresPort)),
                Map.entry("REGISTRY_LIMITS_TEXT_LENGTH", "1048576"),
                Map.entry("REGISTRY_LIMITS_METADATA_BYTES", "1048576"),
                Map.entry("REGISTRY_LIMITS_DESCRIPTION_BYTES", "1048576"),
                Map.entry("REGISTRY_WATCH_HEARTBEAT_INTERVAL", "PT1S"),
                Map.entry("REGISTRY_WATCH_MOST_CLIENTS", Integer.toString(MOST_OF_A_REPLICA)),
                Map.entry("REGISTRY_RETRY_LAST_DELAY", "PT2S"),
                Map.entry("REGISTRY_ROUTE_STALE_FOR", STALE_FOR.toString()),
                // no node changes too often, or its last change would be waited for
                Map.entry("REGISTRY_HISTORY_CHANGES_INTERVAL", "PT5S"),
                Map.entry("REGISTRY_CLUSTER_LEASE_TTL", "PT12S"),
                Map.entry("REGISTRY_REGION", "eu"),
                Map.entry("REGISTRY_XDS_PORT", Integer.toString(xdsPort)),
                Map.entry("REGISTRY_XDS_HOST", "127.0.0.1"),
                Map.entry("REGISTRY_XDS_INSECURE", "true"),
                Map.entry("REGISTRY_XDS_WEIGHTS", "load")));
    }

    private static Registry leader() {
        return replicas.stream()
                .filter(replica -> {
                    JsonNode cluster = replica.get("/api/v1/cluster").json();
                    return cluster.at("/leader/replica_id").equals(cluster.path("answered_by"));
                })
                .findFirst()
                .orElse(null);
    }

    private static long lastRevision() {
        return replicas.get(0).stores()
                .query("SELECT last_revision FROM registration_revision").get(0).path("last_revision").asLong();
    }

    private static void awaitRevision(long revision) {
        eventually().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(lastRevision()).isGreaterThanOrEqualTo(revision));
    }
}
