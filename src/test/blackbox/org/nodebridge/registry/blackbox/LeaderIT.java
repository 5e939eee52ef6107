// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.JavaHomes;

/**
 * Two replicas that start at once on an empty database, on the oldest and the newest JDK there is, and the leader of
 * which is then killed, frozen or stopped while nodes announce themselves.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaderIT {

    /** More than replicas on a busy machine stand still, so that none leads after another but for what a test does. */
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofMinutes(3);
    private static final int PARTITIONS = 12;
    private static final int TOGETHER = 50;
    private static final String CREATED = "registry_registrations_total{outcome=\"created\",store=\"postgres\"}";

    // those that the application supports; one alone stands for both ends
    private static final SortedMap<Integer, Path> JDKS = JavaHomes.installed().tailMap(17);

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor();
    private static final AtomicInteger ANNOUNCED = new AtomicInteger();

    private static SeparateRegistry registry;
    private static Registry older;
    private static Registry newer;
    private static List<Registry> replicas;
    private static String prefix;

    @BeforeAll
    static void startBoth() {
        registry = SeparateRegistry.on(Backends.shared(), "leader", Map.of(
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN, "REGISTRY_CLUSTER_LEASE_TTL", LEASE.toString()));
        older = registry.replica("older").onJava(JDKS.get(JDKS.firstKey()));
        newer = registry.replica("newer").onJava(JDKS.get(JDKS.lastKey()));
        replicas = List.of(older, newer);
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(replica -> replica.liberty().awaitOk("/health/started", START));
    }

    /** From now on, for the tests of the leader; those before them count what is there. */
    private static void announceOnAndOn() {
        if (prefix == null) {
            prefix = Registry.uniqueId("leader");
            CLOCK.scheduleAtFixedRate(LeaderIT::announce, 0, 100, TimeUnit.MILLISECONDS);
        }
    }

    @AfterAll
    static void stopBoth() {
        CLOCK.shutdownNow();
        replicas.forEach(replica -> replica.liberty().kill());
        replicas.forEach(replica -> assertThat(Logs.withSecrets(replica.liberty(), Backends.shared()))
                .as("logs with secrets in them")
                .isEmpty());
    }

    @BeforeEach
    void bothRunAndOneLeads() {
        eventually().untilAsserted(LeaderIT::bothSeeOneLeader);
    }

    @Test
    @Order(1)
    void replicasThatStartTogetherBothComeUpAndShareThePartitions() {
        eventually().untilAsserted(() -> {
            assertThat(older.get("/health/ready").status()).isEqualTo(200);
            assertThat(newer.get("/health/ready").status()).isEqualTo(200);
            assertThat(assignedPartitions(older)).isPositive();
            assertThat(assignedPartitions(newer)).isPositive();
            assertThat(assignedPartitions(older) + assignedPartitions(newer)).isEqualTo(12);
        });
        List<PlainNode> nodes = PlainNode.many(Registry.uniqueId("together"), TOGETHER).toList();

        nodes.forEach(node -> older.publish(registry.topic(Registry.INTROSPECTION), node.id(), node.introduction()));

        eventually().untilAsserted(() -> {
            JsonNode fromOlder = older.get("/api/v1/registrations").json().path("registrations");
            assertThat(fromOlder).hasSameSizeAs(nodes);
            assertThat(fromOlder)
                    .allSatisfy(node -> assertThat(node.at("/stores/consul").textValue()).isEqualTo("registered"));
            assertThat(newer.get("/api/v1/registrations").json().path("registrations")).isEqualTo(fromOlder);
        });
        // counted after they are there
        eventually().untilAsserted(
                () -> assertThat(Metrics.of(older).value(CREATED) + Metrics.of(newer).value(CREATED))
                        .as("nodes created, each by one replica")
                        .isEqualTo(nodes.size()));
        // a replica that stood still has given up its partitions for a while
        eventually().until(() -> {
            boolean both = Metrics.of(older).value(CREATED) > 0 && Metrics.of(newer).value(CREATED) > 0;
            if (!both) {
                PlainNode one = PlainNode.unique("together");
                older.publish(registry.topic(Registry.INTROSPECTION), one.id(), one.introduction());
            }
            return both;
        });
    }

    @Test
    @Order(1)
    void runsOnTheOldestJdkThereIs() {
        assertThat(older.liberty().log()).containsPattern("VM, version " + JDKS.firstKey() + "[.+]");
        assertThat(older.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    @Order(1)
    void runsOnTheNewestJdkThereIs() {
        assertThat(newer.liberty().log()).containsPattern("VM, version " + JDKS.lastKey() + "[.+]");
        assertThat(newer.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void theOtherLeadsSoonAfterTheLeaderIsKilledAndTheKilledOneComesBackAsAFollower() {
        announceOnAndOn();
        Registry killed = leader();
        Registry other = otherThan(killed);
        long token = token(other);

        killed.liberty().kill();

        eventually().untilAsserted(() -> leads(other));
        assertThat(token(other)).as("fencing token").isEqualTo(token + 1);
        eventually().untilAsserted(() -> assertThat(partitionsOf(running(other))).hasSize(PARTITIONS));

        killed.liberty().start();

        eventually().untilAsserted(LeaderIT::bothSeeOneLeader);
        leads(other);
        assertThat(token(killed)).isEqualTo(token + 1);
        allThatWasAnnouncedIsRegistered(other);
    }

    @Test
    void aLeaderThatWakesUpAfterItsLeaseIsAFollowerAndItsTokenIsNoLongerCurrent() {
        announceOnAndOn();
        Registry frozen = leader();
        Registry other = otherThan(frozen);
        long token = token(other);

        frozen.liberty().suspend();

        try {
            eventually().untilAsserted(() -> leads(other));
        } finally {
            frozen.liberty().resume();
        }
        eventually().untilAsserted(() -> {
            assertThat(frozen.liberty().log()).contains("This replica no longer leads");
            bothSeeOneLeader();
        });
        leads(other);
        assertThat(token(frozen)).as("fencing token").isEqualTo(token + 1).isEqualTo(token(other));
        allThatWasAnnouncedIsRegistered(other);
    }

    /** The last, so that nobody waits for the stopped one to start again. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aLeaderThatIsStoppedHandsOverBeforeItsLeaseEnds() {
        announceOnAndOn();
        Registry stopped = leader();
        Registry other = otherThan(stopped);
        JsonNode before = cluster(other).path("leader");
        String stoppedId = before.path("replica_id").textValue();
        noteEndsOfLeases();
        Thread stop = new Thread(stopped.liberty()::stop);

        stop.start();

        eventually().pollInterval(Duration.ofMillis(50)).untilAsserted(() -> leads(other));
        Instant since = Instant.parse(cluster(other).at("/leader/since").textValue());
        assertThat(since).as("beginning of the new lease").isBefore(lastEndOfLease(stoppedId, before));
        assertThat(token(other)).as("fencing token").isEqualTo(before.path("token").longValue() + 1);
        eventually().atMost(STOP).until(() -> !stop.isAlive());
        assertThat(ids(cluster(other))).as("replicas").doesNotContain(stoppedId);

        allThatWasAnnouncedIsRegistered(other);
    }

    /** Each renewal may be the last: who asks for the lease now and then may have missed that. */
    private static void noteEndsOfLeases() {
        registry.execute("CREATE TABLE ends_of_leases (holder TEXT, ends TIMESTAMPTZ)");
        registry.execute("""
                CREATE FUNCTION note_end_of_lease() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN INSERT INTO ends_of_leases VALUES (NEW.holder, NEW.expires_at); RETURN NULL; END$$""");
        registry.execute("CREATE TRIGGER note_end_of_lease AFTER UPDATE ON cluster_leases"
                + " FOR EACH ROW WHEN (NEW.name = 'leader') EXECUTE FUNCTION note_end_of_lease()");
    }

    /** The latest end that its lease would have had. */
    private static Instant lastEndOfLease(String replicaId, JsonNode before) {
        Instant known = Instant.parse(before.path("lease_expires_at").textValue());
        return Stream.concat(
                Stream.of(known),
                older.stores().query("SELECT ends FROM ends_of_leases WHERE holder = '" + replicaId + "'").stream()
                        .map(row -> NodeFacts.instant(row.path("ends").textValue())))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void bothSeeOneLeader() {
        replicas.forEach(LeaderIT::seesBothAndOneLeader);
        assertThat(replicas.stream().map(replica -> Metrics.of(replica).value("registry_leader")))
                .as("registry_leader of both")
                .containsExactlyInAnyOrder(0.0, 1.0);
    }

    private static void seesBothAndOneLeader(Registry replica) {
        JsonNode cluster = cluster(replica);
        List<JsonNode> running = running(cluster);
        assertThat(running).as("replicas").hasSize(2);
        assertThat(running.stream().filter(one -> one.path("leader").booleanValue())).as("leaders").hasSize(1);
        assertThat(running.stream().mapToInt(one -> one.path("partitions").size()).sum()).isEqualTo(PARTITIONS);
        assertThat(partitionsOf(running)).hasSize(PARTITIONS);
    }

    private static void leads(Registry replica) {
        JsonNode cluster = cluster(replica);
        assertThat(cluster.at("/leader/replica_id").textValue())
                .as("leader")
                .isEqualTo(cluster.path("answered_by").textValue());
    }

    private static Registry leader() {
        return eventually().until(() -> replicas.stream().filter(replica -> {
            JsonNode cluster = cluster(replica);
            return cluster.at("/leader/replica_id").equals(cluster.path("answered_by"));
        }).findFirst(), Optional::isPresent).orElseThrow();
    }

    private static Registry otherThan(Registry replica) {
        return replicas.get(1 - replicas.indexOf(replica));
    }

    private static long token(Registry replica) {
        return eventually().until(() -> cluster(replica).at("/leader/token").longValue(), token -> token > 0);
    }

    private static JsonNode cluster(Registry replica) {
        return replica.get("/api/v1/cluster").json();
    }

    private static List<JsonNode> running(Registry replica) {
        return running(cluster(replica));
    }

    private static List<JsonNode> running(JsonNode cluster) {
        return StreamSupport.stream(cluster.path("replicas").spliterator(), false)
                .filter(one -> one.path("running").booleanValue())
                .toList();
    }

    private static List<String> ids(JsonNode cluster) {
        return StreamSupport.stream(cluster.path("replicas").spliterator(), false)
                .map(one -> one.path("replica_id").textValue())
                .toList();
    }

    private static Set<String> partitionsOf(List<JsonNode> replicas) {
        Set<String> partitions = new HashSet<>();
        replicas.forEach(one -> one.path("partitions").forEach(partition -> partitions.add(partition.textValue())));
        return partitions;
    }

    private static void announce() {
        PlainNode node = new PlainNode(prefix + "-" + ANNOUNCED.getAndIncrement());
        replicas.get(0).broker().send(
                new ProducerRecord<>(registry.topic(Registry.INTROSPECTION), null, node.introduction()));
    }

    private static void allThatWasAnnouncedIsRegistered(Registry replica) {
        int announced = ANNOUNCED.get();
        eventually().untilAsserted(() -> {
            Answer figures = replica.get("/api/v1/metrics/registrations");
            assertThat(figures.json().path("registered_nodes_count").intValue())
                    .isGreaterThanOrEqualTo(TOGETHER + announced);
        });
    }

    private static int assignedPartitions(Registry replica) {
        return replica.get("/api/v1/health")
                .json()
                .at("/components/kafka/details/assigned_partitions")
                .intValue();
    }
}
