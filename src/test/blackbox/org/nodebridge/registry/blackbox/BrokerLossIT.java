// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.KafkaServer;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;
import org.nodebridge.registry.servers.SharedAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three brokers, each with a copy of all; the one that coordinates the consumer group is killed under load. */
@Tag("chaos")
@TestMethodOrder(OrderAnnotation.class)
class BrokerLossIT {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLossIT.class);
    private static final String NAME = "broker-loss";
    private static final String AFTERWARDS = "afterwards";
    private static final long SEED = Long.getLong("model.seed", System.nanoTime());
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final Duration LONGEST_GAP = Duration.ofSeconds(90);

    private static List<KafkaServer> brokers;
    private static ServerGroup servers;
    private static Registry registry;
    private static LoadOfEvents load;

    @BeforeAll
    static void start() {
        brokers = KafkaServer.cluster(Backends.emptyDirectory(NAME), 3);
        ExecutorService threads = Executors.newFixedThreadPool(brokers.size());
        CompletableFuture.allOf(brokers.stream()
                .map(broker -> CompletableFuture.runAsync(broker::start, threads))
                .toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
        String addresses = brokers.stream().map(KafkaServer::bootstrapServers).collect(Collectors.joining(","));
        servers = ServerGroup.onFreePorts(
                Backends.emptyDirectory(NAME + "-stores"), Map.of("KAFKA_BROKER_URL", addresses));
        servers.start(line -> LOG.atInfo().log(line));
        KafkaTopics.create(addresses, KafkaTopics.OF_NODES);
        registry = Registry.on(servers, Backends.emptyDirectory(NAME + "-liberty"), Map.of(
                // the first address is nobody's
                "KAFKA_BROKER_URL", "127.0.0.1:" + FreePorts.one() + "," + addresses));
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        load = new LoadOfEvents(registry.broker(), SEED, Registry.uniqueId(NAME), 100, 200);
    }

    @AfterAll
    static void stop() {
        load.close();
        registry.liberty().kill();
        servers.kill();
        brokers.forEach(Server::kill);
    }

    @Test
    void losesAndDoublesNothingWhenTheBrokerThatCoordinatesTheGroupIsKilled() throws Exception {
        load.begin();
        pass(LOAD);
        KafkaServer coordinator = coordinator();

        int partition = partitionsOf(Registry.INTROSPECTION).stream()
                .filter(each -> each.leader().id() == coordinator.nodeId()).findFirst().orElseThrow().partition();
        PlainNode first = PlainNode.unique(AFTERWARDS);

        Held held = Held.before(registry);
        coordinator.kill();

        Gap gap = Gap.of("A broker was lost");
        Broker.confirmed(registry.broker().send(new ProducerRecord<>(
                Registry.INTROSPECTION, partition, null, first.introduction())));
        eventually().pollInterval(Duration.ofMillis(100)).until(() -> registry.row(first.id()).isPresent());
        Duration felt = gap.ended();
        assertThat(coordinator()).isNotSameAs(coordinator);
        pass(LOAD);
        load.end();
        ConsumerGroup group = new ConsumerGroup(servers);
        eventually().untilAsserted(() -> {
            assertThat(group.lag()).isZero();
            Agreement.of(load.fold(), registry.stores(), nodeId -> !nodeId.startsWith(AFTERWARDS))
                    .assertComplete(SEED);
        });
        eventually().untilAsserted(
                () -> assertThat(TopologyTopic.of(registry).lastRevision()).isEqualTo(lastRevision()));
        TopologyTopic topic = TopologyTopic.of(registry);
        assertThat(topic.faults()).isEmpty();
        assertThat(topic.nodeIds()).containsExactly(registry.stores()
                .query("SELECT tool_id FROM registration_history ORDER BY revision").stream()
                .map(row -> row.path("tool_id").textValue())
                .toArray(String[]::new));

        LOG.atInfo().addKeyValue("events", load.events()).addKeyValue("revisions", lastRevision())
                .log("Nothing of them was lost with the broker");
        assertThat(felt).as("until an event was stored that came after the kill").isLessThan(LONGEST_GAP);

        coordinator.start();
        eventually().until(BrokerLossIT::allHaveAllReplicas);
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        held.isLetGoBy(registry);
    }

    /** The brokers that are left answer, and take no record of nodes: too few of them have a copy. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void endsNoLeaseWhileTheBrokersTakeNoRecordsOfNodes() throws Exception {
        Held held = Held.before(registry);
        KafkaServer lost = brokers.get(brokers.size() - 1);
        PlainNode event = PlainNode.unique(AFTERWARDS);
        Future<RecordMetadata> sent;
        minInSyncReplicas(brokers.size());
        lost.kill();
        try {
            // settings of topics are looked at once a minute
            eventually().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
                JsonNode kafka = registry.get("/api/v1/health").json().at("/components/kafka");
                assertThat(kafka.path("status").textValue()).isEqualTo("degraded");
                assertThat(kafka.path("message").textValue()).contains("nodes cannot write to",
                        Registry.HEARTBEAT + "-0", Registry.INTROSPECTION + "-0");
                assertThat(registry.get("/api/v1/preservation").json().path("blocked").toString())
                        .contains("nodes cannot write to " + Registry.HEARTBEAT + "-0");
            });
            sent = registry.broker().send(new ProducerRecord<>(
                    Registry.INTROSPECTION, event.id().getBytes(UTF_8), event.introduction()));
            PlainNode manual = PlainNode.unique(AFTERWARDS);
            assertThat(registry.post("/api/v1/registrations", manual.payload()).status()).isEqualTo(201);
            assertThat(registry.get("/api/v1/registrations/" + manual.id()).status()).isEqualTo(200);
            assertThat(registry.get("/health/live").status()).isEqualTo(200);
            assertThat(sent).as("an event with acks=all").isNotDone();
        } finally {
            lost.start();
            minInSyncReplicas(2); // as the servers of the tests are started with
        }
        Gap gap = Gap.of("Brokers took no records of nodes");
        Broker.confirmed(sent);
        eventually().until(() -> registry.row(event.id()).isPresent()
                && registry.consulService(event.id()).isPresent());
        gap.ended();
        eventually().until(BrokerLossIT::allHaveAllReplicas);
        eventually().untilAsserted(() -> assertThat(kafka()).isEqualTo("healthy"));
        held.isLetGoBy(registry);
    }

    /** How many copies of a record of a node have to be confirmed. */
    private static void minInSyncReplicas(int copies) throws Exception {
        List<AlterConfigOp> set = List.of(new AlterConfigOp(
                new ConfigEntry("min.insync.replicas", Integer.toString(copies)), AlterConfigOp.OpType.SET));
        admin().incrementalAlterConfigs(Stream.of(Registry.INTROSPECTION, Registry.HEARTBEAT).collect(Collectors.toMap(
                topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic), topic -> set)))
                .all().get(60, TimeUnit.SECONDS);
    }

    /** The one that is left still names the others as leaders: it has no controller that could tell it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void takesManualRegistrationsAndIsNotHealthyWhileMostBrokersAreLost() {
        Held held = Held.before(registry);
        List<KafkaServer> lost = brokers.subList(1, brokers.size());
        lost.forEach(Server::kill);
        try {
            eventually().untilAsserted(() -> assertThat(kafka()).isIn("degraded", "unhealthy"));
            PlainNode manual = PlainNode.unique(AFTERWARDS);
            Answer registered = registry.post("/api/v1/registrations", manual.payload());
            assertThat(registered.status()).as(registered.body()).isEqualTo(201);
            assertThat(registry.get("/api/v1/registrations/" + manual.id()).status()).isEqualTo(200);
            assertThat(registry.consulService(manual.id())).isPresent();
            assertThat(registry.get("/health/live").status()).isEqualTo(200);
        } finally {
            lost.parallelStream().forEach(Server::start);
        }
        Gap gap = Gap.of("Most brokers were lost, and are back");
        PlainNode event = PlainNode.unique(AFTERWARDS);
        eventually().ignoreExceptionsInstanceOf(IllegalStateException.class).until(() -> {
            registry.publish(Registry.INTROSPECTION, event.id(), event.introduction());
            return true;
        });
        eventually().until(() -> registry.row(event.id()).isPresent()
                && registry.consulService(event.id()).isPresent());
        gap.ended();
        eventually().untilAsserted(() -> assertThat(kafka()).isEqualTo("healthy"));
        held.isLetGoBy(registry);
    }

    private static String kafka() {
        return registry.get("/api/v1/health").json().at("/components/kafka/status").asText();
    }

    private static KafkaServer coordinator() throws Exception {
        int id = admin().describeConsumerGroups(List.of("bridge-registry-group")).all().get()
                .get("bridge-registry-group").coordinator().id();
        return brokers.stream().filter(broker -> broker.nodeId() == id).findFirst().orElseThrow();
    }

    private static List<TopicPartitionInfo> partitionsOf(String topic) throws Exception {
        return admin().describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
    }

    private static boolean allHaveAllReplicas() throws Exception {
        return admin().describeTopics(admin().listTopics().names().get()).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(each -> each.isr().size() == brokers.size());
    }

    private static Admin admin() {
        return SharedAdmin.of(servers.bootstrapServers());
    }

    private static long lastRevision() {
        return History.in(registry.stores()).lastRevision();
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
