// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.contract.Contract;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * Records that were dead-lettered, by this registry or, by stricter rules, by an earlier one, looked at and replayed.
 */
class DeadLettersIT {

    private static final String PATH = "/api/v1/dead-letters";
    private static final String QUARANTINE = Registry.INTROSPECTION + ".quarantine";
    private static final int LZ4 = 3;
    private static final byte[] BINARY = {(byte) 0xff, (byte) 0xfe, 0, 'x'};

    private static final PlainNode APPLIED = PlainNode.unique("letter-applied");
    private static final PlainNode LATE = PlainNode.unique("letter-late");
    private static final PlainNode FORETOLD = PlainNode.unique("letter-foretold");
    private static final PlainNode HELD_UP = PlainNode.unique("letter-held-up");
    private static final String HOPELESS = Registry.uniqueId("letter-hopeless");
    private static final String BYTES = Registry.uniqueId("letter-bytes");
    private static final String BROKEN_HEARTBEAT = Registry.uniqueId("letter-heartbeat");

    private static ServerGroup servers;
    private static Registry registry;
    private static int letters;

    @BeforeAll
    static void setRecordsAside() {
        servers = Backends.start("dead-letters");
        registry = Registry.on(servers, Backends.emptyDirectory("dead-letters/liberty"), Map.of(
                "REGISTRY_RETRY_LAST_DELAY", "PT2S",
                // what is read twice has two dead letters; but the broker is started again, and may wait for it
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "30000"));
        registry.liberty().start();
        awaitHealth();
        Stream.of(APPLIED, LATE, FORETOLD, HELD_UP)
                .forEach(node -> setAsideWhenStrict(Registry.INTROSPECTION, node.id(), lenient(node.introduction())));
        setAsideWhenStrict(Registry.HEARTBEAT, "letter-stranger", heartbeat("letter-stranger"));
        registry.publish(Registry.INTROSPECTION, HOPELESS, hopeless(HOPELESS));
        registry.publish(Registry.INTROSPECTION, BYTES, BINARY);
        registry.publish(Registry.HEARTBEAT, BROKEN_HEARTBEAT, hopeless(BROKEN_HEARTBEAT));
        eventually().untilAsserted(() -> {
            assertThat(keys(Registry.INTROSPECTION))
                    .contains(APPLIED.id(), LATE.id(), FORETOLD.id(), HELD_UP.id(), HOPELESS, BYTES);
            assertThat(keys(Registry.HEARTBEAT)).contains("letter-stranger", BROKEN_HEARTBEAT);
        });
        letters = 8;
    }

    @AfterAll
    static void stop() {
        registry.liberty().kill();
        servers.kill();
    }

    @Test
    void showsALetterWithWhereItCameFromAndWhatIsWrong() {
        JsonNode letter = letterOf(HOPELESS);

        assertThat(letter.path("reason").textValue()).isEqualTo("unreadable");
        assertThat(letter.path("node_id").textValue()).isEqualTo(HOPELESS);
        assertThat(letter.path("key").textValue()).isEqualTo(HOPELESS);
        assertThat(letter.path("fields").findValuesAsText("field")).contains("payload.node_type");
        assertThat(letter.at("/origin/topic").textValue()).isEqualTo(Registry.INTROSPECTION);
        assertThat(letter.at("/origin/partition").isInt()).isTrue();
        assertThat(letter.at("/origin/offset").isInt()).isTrue();
        assertThat(Instant.parse(letter.at("/origin/timestamp").textValue()))
                .isBeforeOrEqualTo(Instant.parse(letter.path("dead_lettered_at").textValue()));
        assertThat(letter.path("payload_size").intValue()).isEqualTo(hopeless(HOPELESS).length);
        assertThat(letter.path("payload_excerpt").textValue()).startsWith("{").hasSize(500);

        JsonNode whole = operator(PATH + "/" + id(HOPELESS)).json();

        assertThat(whole.path("payload").textValue()).isEqualTo(new String(hopeless(HOPELESS), UTF_8));
        assertThat(whole.has("payload_base64")).isFalse();
    }

    /** The dead-letter topics are the test's, with the broker's own limit; the registry has created the others. */
    @Test
    void namesTheTopicsThatTakeNoDeadLetterOfTheUsualSize() {
        // looked at beside the start, and shown with the next look at the broker
        eventually().untilAsserted(() -> {
            JsonNode tooSmall = registry.get("/api/v1/health").json()
                    .at("/components/kafka/details/dead_letter_topics_too_small");

            assertThat(tooSmall.properties()).extracting(Map.Entry::getKey)
                    .containsExactlyInAnyOrder(Registry.INTROSPECTION + ".dlq", Registry.HEARTBEAT + ".dlq");
            assertThat(tooSmall.path(Registry.INTROSPECTION + ".dlq").intValue()).isLessThan(2 << 20);
        });
    }

    @Test
    void sendsDeadLettersCompressed() throws IOException {
        long offset = registry.deadLetters(Registry.INTROSPECTION).stream()
                .filter(letter -> Arrays.equals(letter.value(), hopeless(HOPELESS)))
                .findFirst()
                .orElseThrow()
                .offset();

        assertThat(compression(Registry.INTROSPECTION + ".dlq", offset)).isEqualTo(LZ4);
    }

    /** Of the batch that has the record, by the broker's own file: the test's own letters are not compressed. */
    private static int compression(String topic, long offset) throws IOException {
        Path log = servers.kafka().orElseThrow().log(topic, 0);
        ByteBuffer batch = ByteBuffer.wrap(Files.readAllBytes(log.resolve("00000000000000000000.log"))).slice();
        // offset, length, epoch, magic and checksum; then attributes, and by how much the last offset is higher
        while (batch.getLong(0) + batch.getInt(23) < offset) {
            batch = batch.position(12 + batch.getInt(8)).slice();
        }
        return batch.getShort(21) & 7;
    }

    @Test
    void givesAPayloadThatIsNoTextAsBase64() {
        JsonNode letter = all("").stream()
                .filter(candidate -> BYTES.equals(candidate.path("key").textValue()))
                .findFirst()
                .orElseThrow();

        JsonNode whole = operator(PATH + "/" + letter.path("id").textValue()).json();

        assertThat(Base64.getDecoder().decode(whole.path("payload_base64").textValue())).isEqualTo(BINARY);
        assertThat(whole.has("payload")).isFalse();
        assertThat(letter.path("payload_excerpt").textValue()).contains("\ufffd").endsWith("x");
    }

    @Test
    void listsPageByPageNewestFirstWhileNewOnesArrive() {
        List<String> atOnce = ids(all(""));

        List<JsonNode> paged = new ArrayList<>();
        JsonNode page = operator(PATH + "?limit=3").json();
        paged.addAll(list(page));
        int before = registry.deadLetters(Registry.HEARTBEAT).size();
        registry.publish(Registry.HEARTBEAT, "meanwhile", "meanwhile".getBytes(UTF_8));
        eventually().until(() -> registry.deadLetters(Registry.HEARTBEAT).size() > before);
        while (page.has("next_cursor")) {
            page = operator(PATH + "?limit=3&cursor=" + page.path("next_cursor").textValue()).json();
            assertThat(list(page)).hasSizeLessThanOrEqualTo(3);
            paged.addAll(list(page));
        }

        assertThat(ids(paged)).isEqualTo(atOnce);
        assertThat(atOnce).hasSizeGreaterThanOrEqualTo(letters).doesNotHaveDuplicates();
        assertThat(paged.stream().map(letter -> Instant.parse(letter.path("dead_lettered_at").textValue())).toList())
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(all("")).hasSizeGreaterThan(atOnce.size());
    }

    @Test
    void filtersByReasonTopicTimeAndStatus() {
        List<String> all = ids(all(""));
        JsonNode hopeless = letterOf(HOPELESS);
        String time = hopeless.path("dead_lettered_at").textValue();
        String after = Instant.parse(time).plusMillis(1).toString();

        assertThat(ids(all("&reason=unreadable"))).containsAll(all);
        assertThat(all("&reason=refused")).isEmpty();
        assertThat(all("&topic=" + Registry.HEARTBEAT)).hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(letter -> assertThat(letter.at("/origin/topic").textValue()).isEqualTo(Registry.HEARTBEAT));
        assertThat(ids(all("&topic=" + Registry.INTROSPECTION + ".dlq"))).contains(id(HOPELESS))
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(ids(all("&from=" + time + "&to=" + after))).contains(id(HOPELESS));
        assertThat(ids(all("&to=" + time))).doesNotContain(id(HOPELESS));
        assertThat(ids(all("&from=" + after))).doesNotContain(id(HOPELESS));
        assertThat(ids(all("&status=open"))).contains(id(FORETOLD.id()));
    }

    /** They are counted by offsets, every fifteen seconds; the list reads each. */
    @Test
    void countsThoseThatAreOpenTheSameInMetricsAndVerdictAsInTheList() {
        Verdict.await(registry, "fair", "dead_letters");

        eventually().untilAsserted(() -> {
            int open = all("&status=open").size();
            assertThat(open).isPositive();
            assertThat(Metrics.of(registry).value("registry_dead_letters_open")).isEqualTo(open);
            Verdict verdict = Verdict.of(registry);
            assertThat(verdict.openDeadLetters().intValue()).isEqualTo(open);
            assertThat(verdict.messages()).anyMatch(message -> message.matches(open + " dead letters? open: .*"));
        });
    }

    @Test
    void findsTheLettersOfANodeByItsPayloadOrItsKey() {
        assertThat(all("&node_id=" + HOPELESS)).isNotEmpty()
                .allSatisfy(letter -> assertThat(letter.path("node_id").textValue()).isEqualTo(HOPELESS));
        assertThat(all("&node_id=" + BYTES)).extracting(letter -> letter.path("key").textValue())
                .containsOnly(BYTES);
        assertThat(all("&node_id=" + HOPELESS + "&status=applied")).isEmpty();
        assertThat(all("&node_id=" + Registry.uniqueId("nobody"))).isEmpty();
    }

    @Test
    void explainsThatANodeIsNotThereBecauseItsRecordWasDeadLettered() {
        String path = "/api/v1/registrations/" + HOPELESS + "/explanation";

        // it looks for letters for a few seconds only
        JsonNode explained = eventually().until(
                () -> operator(path).json(),
                answer -> "all".equals(answer.at("/dead_letters/searched").textValue()));

        assertThat(explained.path("cause").textValue()).isEqualTo("dead_lettered");
        assertThat(explained.path("summary").textValue()).contains("payload.node_type");
        assertThat(explained.at("/findings/0/look").textValue()).isEqualTo(
                PATH + "/" + Registry.encoded(id(HOPELESS)));
        assertThat(operator(explained.at("/findings/0/look").textValue()).json().path("node_id").textValue())
                .isEqualTo(HOPELESS);
        assertThat(explained.at("/dead_letters/letters")).isNotEmpty();

        // readers learn nothing of what a record held
        JsonNode forReaders = registry.get(path).json();
        assertThat(forReaders.path("cause").textValue()).isEqualTo("never_heard_of");
        assertThat(forReaders.at("/dead_letters/letters")).isEmpty();
        assertThat(forReaders.at("/dead_letters/reason").textValue()).contains("operator");
    }

    @Test
    void isForOperatorsOnly() {
        assertThat(registry.get(PATH).status()).isEqualTo(403);
        assertThat(registry.get(PATH + "/" + id(HOPELESS)).status()).isEqualTo(403);
        HttpRequest.Builder byNobody = registry.request(PATH + "/replay")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"ids\": [\"" + id(HOPELESS) + "\"]}"));
        assertThat(registry.send(byNobody).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "limit=0", "limit=1001", "limit=x", "reason=bad", "status=lost", "topic=other", "from=yesterday", "to=1",
        "cursor=x!", "cursor=YWJj"
    })
    void refusesAParameterThatIsNotValidAndNamesIt(String parameter) {
        Answer answer = operator(PATH + "?" + parameter);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(parameter.replaceAll("=.*", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "{'ids': []}", "{'ids': ['x']}", "{'ids': ['a:0:1'], 'reason': 'refused'}", "{'reason': 'bad'}",
        "{'reason': 'refused', 'dryrun': true}", "{'reason': 'refused', 'limit': 0}", "{'topic': 1}",
        "{'reason': 'refused', 'dry_run': 'yes'}"
    })
    void refusesAReplayThatIsNotValid(String body) {
        Answer answer = registry.post(PATH + "/replay", Json.object(body));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().path("errors")).isNotEmpty();
    }

    @Test
    void namesLettersThatAreNotThere() {
        String beyond = Registry.INTROSPECTION + ".dlq:0:999999";

        assertThat(operator(PATH + "/" + beyond).status()).isEqualTo(404);
        assertThat(operator(PATH + "/nothing").status()).isEqualTo(404);
        assertThat(operator(PATH + "/other.dlq:0:0").status()).isEqualTo(404);
        assertThat(replay("{'ids': ['" + beyond + "']}").status()).isEqualTo(404);
        JsonNode report = replay("{'dry_run': true, 'ids': ['" + beyond + "', '" + id(FORETOLD.id()) + "']}").json();
        assertThat(report.path("missing")).hasSize(1);
        assertThat(report.at("/missing/0").textValue()).isEqualTo(beyond);
        assertThat(report.path("letters")).hasSize(1);
    }

    @Test
    void foretellsWithoutChangingAnything() {
        String ids = "['" + id(FORETOLD.id()) + "', '" + id(HOPELESS) + "']";
        Metrics before = Metrics.of(registry);
        int quarantined = registry.broker().records(QUARANTINE).size();

        JsonNode report = replay("{'dry_run': true, 'ids': " + ids + "}").json();

        assertThat(report.path("dry_run").booleanValue()).isTrue();
        assertThat(report.path("counts")).isEqualTo(Json.object("{'would_apply': 1, 'would_be_quarantined': 1}"));
        assertThat(registry.row(FORETOLD.id())).isEmpty();
        assertThat(letterOf(FORETOLD.id()).path("status").textValue()).isEqualTo("open");
        assertThat(registry.broker().records(QUARANTINE)).hasSize(quarantined);
        assertThat(Metrics.of(registry).value("registry_dead_letter_replays_total{outcome=\"would_apply\"}"))
                .isEqualTo(before.value("registry_dead_letter_replays_total{outcome=\"would_apply\"}"))
                .isZero();
    }

    @Test
    void appliesInBothStoresWhatCanBeReadToday() {
        JsonNode report = replay("{'ids': ['" + id(APPLIED.id()) + "']}").json();

        assertThat(report.path("counts")).isEqualTo(Json.object("{'applied': 1}"));
        assertThat(report.path("more").booleanValue()).isFalse();
        // Consul has it or the write is pending
        eventually().untilAsserted(() -> assertThat(registry.row(APPLIED.id())).hasValueSatisfying(row -> {
            assertThat(row.path("status").textValue()).isEqualTo("active");
            assertThat(row.path("pending").booleanValue()).as("pending").isFalse();
        }));
        assertThat(registry.consulService(APPLIED.id())).isPresent();
        int revision = registry.row(APPLIED.id()).orElseThrow().path("revision").intValue();
        JsonNode letter = letterOf(APPLIED.id());
        assertThat(letter.path("status").textValue()).isEqualTo("applied");
        assertThat(letter.at("/replay/by").textValue()).isEqualTo("user:operator");
        assertThat(letter.at("/replay/at").textValue()).isNotBlank();

        JsonNode again = replay("{'ids': ['" + id(APPLIED.id()) + "']}").json();

        assertThat(again.path("counts")).isEqualTo(Json.object("{'unchanged': 1}"));
        assertThat(registry.row(APPLIED.id()).orElseThrow().path("revision").intValue()).isEqualTo(revision);
    }

    @Test
    void leavesANewerEventAlone() {
        ObjectNode newer = LATE.payload();
        newer.withObject("/capabilities").put("newer", true);
        // the connections of before are of no use where another test has started PostgreSQL again
        Answer registered = eventually().until(
                () -> registry.post("/api/v1/registrations", newer), answer -> answer.status() != 503);
        assertThat(registered.status()).as("202 where Consul is slow: %s", registered.body()).isIn(200, 201, 202);

        JsonNode report = replay("{'ids': ['" + id(LATE.id()) + "']}").json();

        assertThat(report.path("counts")).isEqualTo(Json.object("{'stale': 1}"));
        assertThat(registry.row(LATE.id()).orElseThrow().at("/capabilities/newer").booleanValue()).isTrue();
        eventually().untilAsserted(() -> assertThat(registry.consulService(LATE.id()))
                .hasValueSatisfying(service -> assertThat(service.tags()).contains("capability:newer")));
    }

    @Test
    void putsWhatFailsAgainIntoQuarantineOnce() {
        String topic = "{'topic': '" + Registry.HEARTBEAT + "', 'to': '" + Instant.now() + "'}";

        JsonNode report = replay(topic).json();
        JsonNode next = replay(topic).json();
        JsonNode byId = replay("{'ids': ['" + id(BROKEN_HEARTBEAT) + "']}").json();

        assertThat(report.at("/counts/quarantined").intValue()).isPositive();
        assertThat(report.at("/counts/unknown").intValue()).as("a heartbeat of nobody").isEqualTo(1);
        assertThat(next.path("letters")).as("letters that are done with").isEmpty();
        assertThat(byId.path("counts")).isEqualTo(Json.object("{'quarantined': 1}"));
        String letter = id(BROKEN_HEARTBEAT);
        List<ConsumerRecord<byte[], byte[]>> quarantine = registry.broker()
                .records(Registry.HEARTBEAT + ".quarantine").stream()
                .filter(record -> Broker.headers(record, "registry-quarantine-letter").contains(letter))
                .toList();
        assertThat(quarantine).singleElement().satisfies(record -> {
            assertThat(new String(record.key(), UTF_8)).isEqualTo(BROKEN_HEARTBEAT);
            assertThat(record.value()).isEqualTo(hopeless(BROKEN_HEARTBEAT));
            Contract.headersHold("quarantined", record.headers());
            assertThat(Broker.headers(record, "registry-dlq-topic")).containsExactly(Registry.HEARTBEAT);
            assertThat(Broker.headers(record, "registry-quarantine-reason")).containsExactly("unreadable");
            assertThat(Broker.headers(record, "registry-quarantine-letter")).containsExactly(letter);
            assertThat(Broker.headers(record, "registry-quarantine-field")).isNotEmpty();
            assertThat(Broker.headers(record, "registry-quarantine-replayed-at")).hasSize(1);
        });
        assertThat(ids(all("&status=quarantined"))).contains(id(BROKEN_HEARTBEAT));
        assertThat(ids(all("&status=open"))).doesNotContain(id(BROKEN_HEARTBEAT));
        assertThat(Metrics.of(registry).value("registry_dead_letter_replays_total{outcome=\"quarantined\"}"))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void deadLettersAllThatTheBrokerTakesAndReadsOnBehindIt() throws Exception {
        byte[] spaces = " ".repeat(3 << 20).getBytes(UTF_8);
        byte[] longKey = "k".repeat(3 << 20).getBytes(UTF_8);
        PlainNode before = PlainNode.unique("letter-before");
        PlainNode behind = PlainNode.unique("letter-behind");
        RecordMetadata last;
        var compressing = Map.<String, Object>of(
                "bootstrap.servers", servers.kafka().orElseThrow().bootstrapServers(), "compression.type", "gzip",
                "max.request.size", 32 << 20, "buffer.memory", 64L << 20);
        try (var producer = new KafkaProducer<>(compressing, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Registry.INTROSPECTION, 0, null, before.introduction()));
            var oversize = new ProducerRecord<byte[], byte[]>(Registry.INTROSPECTION, 0, null, spaces);
            oversize.headers().add("registry-dlq-reason", "refused".getBytes(UTF_8));
            oversize.headers().add("registry-dlq-truncated", null);
            producer.send(oversize).get();
            producer.send(new ProducerRecord<>(Registry.INTROSPECTION, 0, longKey, BINARY)).get();
            var headers = new ProducerRecord<byte[], byte[]>(Registry.INTROSPECTION, 0, null, BINARY);
            for (int i = 0; i < 200_000; i++) {
                headers.headers().add("header-of-a-record-that-has-many", null);
            }
            producer.send(headers).get();
            var cloudEvent = new ProducerRecord<>(Registry.INTROSPECTION, 0, (byte[]) null, BINARY);
            cloudEvent.headers().add("ce_specversion", "1.0".getBytes(UTF_8));
            cloudEvent.headers().add("ce_time", "yesterday".getBytes(UTF_8));
            cloudEvent.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
            cloudEvent.headers().add("__smallrye_generationId", "x".getBytes(UTF_8));
            producer.send(cloudEvent).get();
            last = producer.send(new ProducerRecord<>(Registry.INTROSPECTION, 0, null, behind.introduction())).get();
        }

        // rows may be there before letters of the same batch are, and no letter is to come in another test
        registry.broker().awaitCommitted(List.of(last));
        assertThat(registry.row(before.id())).isPresent();
        assertThat(registry.row(behind.id())).isPresent();

        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spaces));
        List<ConsumerRecord<byte[], byte[]>> truncated = registry.deadLetters(Registry.INTROSPECTION).stream()
                .filter(letter -> !Broker.headers(letter, "registry-dlq-value-sha256").isEmpty())
                .toList();
        assertThat(truncated.stream().map(letter -> Broker.headers(letter, "registry-dlq-offset")).distinct())
                .as("records with a truncated letter").hasSize(3);
        ConsumerRecord<byte[], byte[]> letter = truncated.stream()
                .filter(candidate -> Broker.headers(candidate, "registry-dlq-value-sha256").contains(sha256))
                .findFirst()
                .orElseThrow();
        assertThat(Broker.headers(letter, "registry-dlq-value-size")).containsExactly(Integer.toString(3 << 20));
        String id = letter.topic() + ":" + letter.partition() + ":" + letter.offset();
        JsonNode shown = operator(PATH + "/" + id).json();
        assertThat(shown.path("reason").textValue()).isEqualTo("unreadable");
        assertThat(shown.path("payload_size").intValue()).isEqualTo(3 << 20);
        assertThat(shown.at("/truncated/value_sha256").textValue()).isEqualTo(sha256);
        assertThat(replay("{'dry_run': true, 'ids': ['" + id + "']}").json().path("counts"))
                .isEqualTo(Json.object("{'would_be_truncated': 1}"));
        assertThat(replay("{'ids': ['" + id + "']}").json().at("/letters/0/outcome").textValue())
                .isEqualTo("truncated");
        assertThat(all("&status=truncated")).extracting(one -> one.path("id").textValue()).contains(id);
    }

    @Test
    void leavesALetterOpenWhilePostgresIsUnavailable() {
        String id = id(HELD_UP.id());
        servers.postgres().orElseThrow().stop();
        try {
            Answer answer = replayOnce("{'ids': ['" + id + "']}");

            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.json().path("detail").textValue()).contains("PostgreSQL");
        } finally {
            servers.postgres().orElseThrow().start();
            awaitHealth();
        }
        assertThat(letterOf(HELD_UP.id()).path("status").textValue()).isEqualTo("open");
        assertThat(registry.row(HELD_UP.id())).isEmpty();
        assertThat(registry.consulService(HELD_UP.id())).isEmpty();
        assertThat(replay("{'ids': ['" + id + "']}").json().path("counts")).isEqualTo(Json.object("{'applied': 1}"));
        assertThat(registry.row(HELD_UP.id())).isPresent();
    }

    @Test
    void saysSoWhileKafkaIsUnavailable() {
        servers.kafka().orElseThrow().stop();
        try {
            assertThat(List.of(operatorOnce(PATH), replayOnce("{'reason': 'refused'}"))).allSatisfy(answer -> {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().path("detail").textValue()).contains("Kafka");
            });
        } finally {
            servers.kafka().orElseThrow().start();
            awaitHealth();
        }
    }

    private static void awaitHealth() {
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
    }

    /**
     * The dead letter that a registry with strict envelopes makes of a record: a second start for it costs too much.
     */
    private static void setAsideWhenStrict(String topic, String key, byte[] value) {
        var letter = new ProducerRecord<>(topic + ".dlq", key.getBytes(UTF_8), value);
        // the reason first, as the registry writes them
        Stream.of("reason=unreadable", "field=colour: is unknown", "topic=" + topic, "partition=0", "offset=7",
                "timestamp=" + System.currentTimeMillis())
                .map(header -> header.split("=", 2))
                .forEach(header -> letter.headers().add("registry-dlq-" + header[0], header[1].getBytes(UTF_8)));
        registry.broker().publish(letter);
    }

    /** A field that the envelope does not have: read by a lenient registry, and not by a strict one. */
    private static byte[] lenient(byte[] introduction) {
        return Json.utf8(((ObjectNode) Json.parse(new String(introduction, UTF_8))).put("colour", "blue"));
    }

    private static byte[] hopeless(String nodeId) {
        ObjectNode envelope = Json.object("{'event_id': 'e7b6ab1c-02d4-4bb0-92fb-3fd9fa3e6a2e', 'event_type':"
                + " 'NODE_INTROSPECTION', 'event_timestamp': '2026-01-01T00:00:00Z'}");
        envelope.putObject("payload").put("node_id", nodeId).put("node_type", "x".repeat(600));
        return Json.utf8(envelope);
    }

    private static byte[] heartbeat(String nodeId) {
        FleetNode node = new FleetNode(nodeId, "effect", FleetNode.Dialect.BRIDGE, 0);
        return lenient(node.heartbeat(Instant.now(), "healthy"));
    }

    /** Of the keys of the dead letters of a topic that has none without a key yet. */
    private static List<String> keys(String topic) {
        return registry.deadLetters(topic).stream().map(letter -> new String(letter.key(), UTF_8)).toList();
    }

    /** Where a store or the broker does not answer in time, or the replay before has not let go yet, asks again. */
    private static Answer replay(String body) {
        return eventually().until(() -> replayOnce(body), answer -> answer.status() != 503 && answer.status() != 409);
    }

    private static Answer replayOnce(String body) {
        return registry.post(PATH + "/replay", Json.object(body));
    }

    /** Where the broker does not answer in time, asks again. */
    private static Answer operator(String path) {
        return eventually().until(() -> operatorOnce(path), answer -> answer.status() != 503);
    }

    private static Answer operatorOnce(String path) {
        return registry.send(Registry.asOperator(registry.request(path)).GET());
    }

    /** Page after page: one is short where the broker is slow. */
    private static List<JsonNode> all(String filters) {
        List<JsonNode> letters = new ArrayList<>();
        String cursor = "";
        do {
            Answer answer = operator(PATH + "?limit=1000" + filters + cursor);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            letters.addAll(list(answer.json()));
            cursor = answer.json().has("next_cursor") ? "&cursor=" + answer.json().path("next_cursor").textValue() : "";
        } while (!cursor.isEmpty());
        return letters;
    }

    private static List<JsonNode> list(JsonNode page) {
        List<JsonNode> letters = new ArrayList<>();
        page.path("dead_letters").forEach(letters::add);
        return letters;
    }

    private static List<String> ids(List<JsonNode> letters) {
        return letters.stream().map(letter -> letter.path("id").textValue()).toList();
    }

    private static JsonNode letterOf(String nodeId) {
        return all("").stream()
                .filter(letter -> nodeId.equals(letter.path("node_id").textValue()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no dead letter of " + nodeId));
    }

    private static String id(String nodeId) {
        return letterOf(nodeId).path("id").textValue();
    }
}
