// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.identity.NodeOwnersRepository;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.replay.NewestEvent;
import org.nodebridge.registry.store.jdbc.StoreLockedException;

/** Batches of several replicas at once, about the same nodes. */
class ConcurrentBatchesInContainerIT extends InPostgres {

    private static final int THREADS = 10;
    private static final int ROUNDS = 8;
    private static final int NODES = 200;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threadFactory;

    @Inject
    private RegistrationStore registrationStore;

    @Inject
    private ForgottenNodesRepository forgotten;

    @Inject
    private NodeOwnersRepository owners;

    private ExecutorService threads;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void start() {
        threads = Executors.newFixedThreadPool(THREADS, threadFactory);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private void store(List<? extends NodeEvent> events) {
        repository.store(RegistrationBatch.collapse(events));
    }

    /** How records fall into batches must not decide what is registered: the next replica has other batches. */
    @Test
    void endsWithTheSameForEventsOfDifferentEpochsWhetherTheyComeTogetherOrOneByOne() {
        Random random = new Random(20_261_129);
        for (int sequence = 0; sequence < 60; sequence++) {
            NodeOnTheWire together = NodeOnTheWire.named("together-" + sequence);
            NodeOnTheWire apart = NodeOnTheWire.named("apart-" + sequence);
            List<Integer> times = new ArrayList<>(List.of(1, 2, 3, 4, 5));
            Collections.shuffle(times, random);
            List<EventVersion> versions = times.stream()
                    .map(time -> at(random.nextInt(3) == 0 ? null : 1L + random.nextInt(3), time))
                    .toList();
            boolean departs = random.nextBoolean();

            registrationStore.store(events(together, versions, departs));
            events(apart, versions, departs).forEach(event -> registrationStore.store(List.of(event)));

            assertThat(kept(together)).as(versions.toString()).isEqualTo(kept(apart));
        }
    }

    /** What a dry run says of a replay, event by event, is what the replay does; its fold ends as the row does. */
    @Test
    void foldsEventsInMemoryToWhatTheRowBecomesOneByOne() {
        Random random = new Random(20_261_130);
        for (int sequence = 0; sequence < 80; sequence++) {
            NodeOnTheWire node = NodeOnTheWire.named("folded-" + sequence);
            NewestEvent folded = null;
            List<EventVersion> versions = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                boolean again = i > 0 && random.nextInt(8) == 0;
                EventVersion version = (again
                        ? versions.get(random.nextInt(i))
                        : at(random.nextInt(3) == 0 ? null : 1L + random.nextInt(3), random.nextInt(5)))
                        .at(random.nextInt(3) == 0 ? SourcePosition.NONE : "t/" + random.nextInt(9));
                versions.add(version);
                OfNode event = random.nextInt(4) == 0
                        ? node.departed(version)
                        : node.capableOf("c" + random.nextInt(2)).introduced(version);
                NewestEvent next = NewestEvent.of(event);
                boolean stale = folded != null && !folded.isReplacedBy(next)
                        && !folded.version().eventId().equals(version.eventId());
                folded = folded == null ? next : folded.then(next);

                Outcome outcome = registrationStore.store(List.of(event)).stored().of(node.nodeId()).outcome();

                assertThat(outcome == Outcome.STALE).as(versions.toString()).isEqualTo(stale);
                NewestEvent row = registrations.findAll(List.of(node.nodeId()), NewestEvent::of).get(0);
                assertThat(row.version()).as(versions.toString()).isEqualTo(folded.version());
                assertThat(row.epoch()).as(versions.toString()).isEqualTo(folded.epoch());
                assertThat(row.kind()).as(versions.toString()).isEqualTo(folded.kind());
                if (row.live()) {
                    assertThat(row.contentHash()).as(versions.toString()).isEqualTo(folded.contentHash());
                }
            }
        }
    }

    private static List<NodeEvent> events(NodeOnTheWire node, List<EventVersion> versions, boolean departs) {
        List<NodeEvent> events = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            EventVersion version = versions.get(i);
            events.add(departs && i == 3 ? node.departed(version) : node.capableOf("c" + i).introduced(version));
        }
        return events;
    }

    /**
     * Watchers do not receive the capabilities of a node that has left, and those of one that left at once are not
     * known.
     */
    private JsonNode kept(NodeOnTheWire node) {
        ObjectNode row = (ObjectNode) rows.of(node.nodeId());
        List<String> columns =
                new ArrayList<>(List.of("epoch", "event_epoch", "event_timestamp", "event_id", "status"));
        if (row.path("status").asText().equals("active")) {
            columns.add("capabilities");
        }
        return row.retain(columns);
    }

    @Test
    void keepsTheNewestVersionsOfBatchesThatCrossInOppositeOrders() throws Exception {
        long before = deadlocks();
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            done.add(threads.submit(
                    () -> IntStream.range(0, ROUNDS).forEach(round -> storeInTheEnd(batch(number, round)))));
        }
        for (Future<?> each : done) {
            each.get();
        }

        assertThat(deadlocks()).isEqualTo(before);
        int newest = (ROUNDS - 1) * THREADS + THREADS - 1;
        assertThat(rows.number("SELECT count(*) FROM tool_registrations")).isEqualTo(NODES);
        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE status = 'active'"
                + " AND event_timestamp = '" + at(newest).eventTime() + "'"))
                .isEqualTo(NODES);
        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE jsonb_exists(capabilities, 'even')"))
                .isEqualTo(newest % 4 < 2 ? NODES : 0);
        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE lease_expires_at < '"
                + at(newest).eventTime() + "'"))
                .isZero();
    }

    /** As all callers do where a row was locked for too long, here by the batches that are before. */
    private void storeInTheEnd(List<NodeEvent> events) {
        await().atMost(Duration.ofMinutes(3)).pollDelay(Duration.ZERO).pollInSameThread()
                .ignoreExceptionsInstanceOf(StoreLockedException.class)
                .until(() -> {
                    store(events);
                    return true;
                });
    }

    /** Introductions, of which about half change the content, and heartbeats; every second thread from the end. */
    private static List<NodeEvent> batch(int thread, int round) {
        int seconds = round * THREADS + thread;
        List<NodeEvent> events = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            NodeOnTheWire node =
                    NodeOnTheWire.named("node-%03d".formatted(i)).capableOf(seconds % 4 < 2 ? "even" : "odd");
            events.add(node.introduced(at(seconds)));
            events.add(node.heartbeat(at(seconds), HealthStatus.HEALTHY));
        }
        if (thread % 2 == 1) {
            Collections.reverse(events);
        }
        return events;
    }

    @Test
    void runsATransactionAgainThatPostgresEndedForADeadlock() throws Exception {
        long before = deadlocks();
        store(List.of(NodeOnTheWire.named("a").introduced(at(0)), NodeOnTheWire.named("b").introduced(at(0))));
        // who waits looks once, after that time: the batch, even where this machine is busy
        rows.execute("ALTER SYSTEM SET deadlock_timeout = '9s'"); // less than the batch waits for a row
        rows.execute("SELECT pg_reload_conf()");
        await().atMost(Duration.ofSeconds(90)).until(() -> rows.text("SHOW deadlock_timeout").equals("9s"));
        Future<?> batch;
        try (Connection other = dataSource.getConnection()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("SET LOCAL deadlock_timeout = '5min'; SET LOCAL lock_timeout = 0;"
                        + " SET LOCAL idle_in_transaction_session_timeout = 0");
            }
            lock(other, "b");
            batch = threads.submit(() -> store(List.of(
                    NodeOnTheWire.named("a").capableOf("sign").introduced(at(1)),
                    NodeOnTheWire.named("b").capableOf("sign").introduced(at(1)))));
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> rows.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            // the batch holds a and waits for b
            lock(other, "a");
            other.rollback();
        } finally {
            rows.execute("ALTER SYSTEM RESET deadlock_timeout");
            rows.execute("SELECT pg_reload_conf()");
        }
        batch.get();

        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE jsonb_exists(capabilities, 'sign')"))
                .isEqualTo(2);
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(deadlocks()).isGreaterThan(before));
    }

    @Test
    void givesEachNodeOneOwnerHoweverManyWantIt() throws Exception {
        List<String> nodeIds = IntStream.range(0, NODES).mapToObj(node -> "node-" + node).toList();
        List<Future<Map<String, String>>> bound = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            String owner = "owner-" + thread;
            List<String> ordered = new ArrayList<>(nodeIds);
            Collections.shuffle(ordered, new Random(thread));
            Map<String, String> wanted = new LinkedHashMap<>();
            ordered.forEach(nodeId -> wanted.put(nodeId, owner));
            bound.add(threads.submit(() -> owners.bind(ordered, wanted)));
        }

        Map<String, String> first = bound.get(0).get();
        for (Future<Map<String, String>> each : bound) {
            assertThat(each.get()).isEqualTo(first);
        }
        assertThat(first).containsOnlyKeys(nodeIds);
        assertThat(owners.find(List.of("node-7", "nobody"))).isEqualTo(Map.of("node-7", first.get("node-7")));

        assertThat(forgotten.releaseOwner("node-7", "user:admin", null).orElseThrow().owner())
                .isEqualTo(first.get("node-7"));
        assertThat(forgotten.releaseOwner("node-7", "user:admin", null)).isEmpty();
        assertThat(owners.bind(List.of("node-7", "node-8"), Map.of("node-7", "another", "node-8", "another")))
                .isEqualTo(Map.of("node-7", "another", "node-8", first.get("node-8")));
    }

    private long deadlocks() {
        return rows.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private static void lock(Connection connection, String nodeId) throws Exception {
        try (var select = connection.prepareStatement(
                "SELECT 1 FROM tool_registrations WHERE tool_id = '" + nodeId + "' FOR UPDATE")) {
            select.execute();
        }
    }
}
