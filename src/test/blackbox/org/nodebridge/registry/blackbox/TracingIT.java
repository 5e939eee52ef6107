// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A registry whose spans are collected: from the record or the request to both stores, and on to its own records. */
class TracingIT {

    private static final String STORE = "store tool_registrations";
    private static final String WRITE = "write consul";

    private static SpanCollector collector;
    private static Registry registry;

    @BeforeAll
    static void startRegistry() {
        collector = new SpanCollector();
        Map<String, String> settings = new HashMap<>(collector.settings());
        settings.put("CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN);
        // a busy machine is no reason to lose a span, to read a record twice or to give a write to Consul up
        settings.put("OTEL_EXPORTER_OTLP_TIMEOUT", "60000");
        settings.put("OTEL_BSP_EXPORT_TIMEOUT", "60000");
        settings.put("MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "45000");
        settings.put("REGISTRY_CONSUL_TIMEOUT", "25000");
        settings.put("REGISTRY_CONSUL_CONNECT_TIMEOUT", "PT20S");
        settings.put("REGISTRY_CONSUL_REQUEST_TIMEOUT", "PT20S");
        registry = SeparateRegistry.on(Backends.shared(), "tracing", settings).replica("liberty");
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().stop();
        collector.close();
        assertThat(collector.resource()).containsEntry("service.name", "registry-of-the-tests")
                .doesNotContainKeys("process.command_line", "process.command_args");
        assertThat(List.of(
                Registry.OPERATOR_PASSWORD, Logs.CONSUL_TOKEN,
                Backends.shared().postgres().orElseThrow().password()))
                .as("what is no business of a collector")
                .noneMatch(collector::hasSeen);
    }

    @Test
    void followsAnIntroductionIntoBothStores() {
        TraceParent producer = TraceParent.unique(true);
        PlainNode node = PlainNode.unique("traced");
        byte[] introduction = node.introduction();
        String correlationId = Json.parse(new String(introduction, UTF_8)).path("correlation_id").textValue();

        publish(Registry.INTROSPECTION, node.id(), introduction, producer);

        Span process = span(producer, "process " + registry.topic(Registry.INTROSPECTION));
        assertThat(process.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
        assertThat(SpanCollector.parent(process)).isEqualTo(producer.spanId());
        assertThat(SpanCollector.attributes(process))
                .containsEntry("messaging.system", "kafka")
                .containsEntry("messaging.consumer.group.name", "tracing")
                .containsKeys("messaging.kafka.offset", "messaging.destination.partition.id");
        Span store = span(producer, STORE);
        Span write = span(producer, WRITE);
        assertThat(List.of(store, write)).allSatisfy(span -> {
            assertThat(SpanCollector.parent(span)).isEqualTo(SpanCollector.id(process));
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        });
        assertThat(SpanCollector.attributes(store)).containsEntry("nodebridge.outcome", "created");
        assertThat(SpanCollector.attributes(write)).containsEntry("nodebridge.outcome", "applied");
        assertThat(List.of(process, store, write)).extracting(SpanCollector::attributes)
                .allSatisfy(attributes -> assertThat(attributes)
                        .containsEntry("nodebridge.node_id", node.id())
                        .containsEntry("nodebridge.correlation_id", correlationId));
    }

    @Test
    void followsAManualRegistrationIntoBothStores() {
        TraceParent caller = TraceParent.unique(true);
        String correlationId = UUID.randomUUID().toString();
        PlainNode node = PlainNode.unique("traced");

        Answer answer = post("/api/v1/registrations", node.payload(), caller, correlationId);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        Span request = span(caller, "POST /api/v1/registrations");
        assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(SpanCollector.parent(request)).isEqualTo(caller.spanId());
        List<Span> writes = List.of(span(caller, STORE), span(caller, WRITE));
        assertThat(writes).extracting(SpanCollector::parent).containsOnly(SpanCollector.id(request));
        assertThat(List.of(request, writes.get(0), writes.get(1))).extracting(SpanCollector::attributes)
                .allSatisfy(attributes -> assertThat(attributes)
                        .containsEntry("nodebridge.node_id", node.id())
                        .containsEntry("nodebridge.correlation_id", correlationId));
    }

    @Test
    void followsAHeartbeatToItsFlush() {
        PlainNode node = PlainNode.unique("traced");
        assertThat(registry.post("/api/v1/registrations", node.payload()).status()).isEqualTo(201);
        TraceParent producer = TraceParent.unique(true);

        publish(Registry.HEARTBEAT, node.id(), node.heartbeat("degraded"), producer);

        Span process = span(producer, "process " + registry.topic(Registry.HEARTBEAT));
        assertThat(SpanCollector.parent(process)).isEqualTo(producer.spanId());
        assertThat(SpanCollector.attributes(span(producer, STORE))).containsEntry("nodebridge.outcome", "updated");
        assertThat(SpanCollector.parent(span(producer, WRITE))).isEqualTo(SpanCollector.id(process));
    }

    @Test
    void sendsADeadLetterOnInTheTraceOfItsRecord() {
        TraceParent producer = TraceParent.unique(true);
        String topic = registry.topic(Registry.INTROSPECTION);

        publish(Registry.INTROSPECTION, "traced-letter", "{'no': 'event'}".getBytes(UTF_8), producer);

        Span send = span(producer, "send " + topic + ".dlq");
        Span process = span(producer, "process " + topic);
        assertThat(send.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_PRODUCER);
        assertThat(SpanCollector.parent(send)).isEqualTo(SpanCollector.id(process));
        assertThat(process.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(SpanCollector.attributes(process)).containsEntry("error.type", "unreadable");
        assertThat(registry.deadLetters(topic)).anySatisfy(letter -> assertThat(TraceParent.on(letter))
                .containsExactly(new TraceParent(producer.traceId(), SpanCollector.id(send), true)));
    }

    @Test
    void asksNodesInTheTraceOfTheRequest() {
        TraceParent caller = TraceParent.unique(true);
        String id = UUID.randomUUID().toString();

        post("/api/v1/introspection-requests", Json.object("{'timeout_ms': 50}"), caller, id);

        String topic = registry.topic(Registry.REQUESTS);
        Span send = span(caller, "send " + topic);
        assertThat(registry.broker().records(topic)).filteredOn(record -> correlationId(record).equals(id))
                .singleElement().satisfies(question -> assertThat(TraceParent.on(question))
                        .containsExactly(new TraceParent(caller.traceId(), SpanCollector.id(send), true)));
        Path log = registry.liberty().directory().resolve("logs").resolve("messages.log");
        // a line may come after the answer, and not be whole yet
        eventually().untilAsserted(() -> assertThat(
                new String(Files.readAllBytes(log), UTF_8).lines().filter(line -> line.contains(id)))
                .isNotEmpty()
                .allMatch(line -> line.endsWith("correlation_id=" + id + " trace_id=" + caller.traceId())));
    }

    @Test
    void doesWhatItsProducerSaysWhoDoesNotWantToSeeATraceButSeesTheBatch() {
        TraceParent producer = TraceParent.unique(false);
        TraceParent next = TraceParent.unique(true);
        PlainNode node = PlainNode.unique("untraced");

        publish(Registry.INTROSPECTION, node.id(), node.introduction(), producer);
        eventually().until(() -> registry.consulService(node.id()).isPresent());
        post("/api/v1/registrations", node.payload(), next, UUID.randomUUID().toString());

        span(next, "POST /api/v1/registrations"); // what came before is exported by now
        // but that of the batch, which may end after Consul has been written to
        eventually().untilAsserted(() -> assertThat(collector.spans()).anySatisfy(span -> {
            assertThat(span.getName()).isEqualTo("process");
            assertThat(SpanCollector.attributes(span)).containsEntry("messaging.batch.message_count", "1");
        }));
        assertThat(collector.trace(producer.traceId())).isEmpty();
    }

    /** The one span of this name in the trace, once it has come. */
    private static Span span(TraceParent trace, String name) {
        eventually().untilAsserted(() -> assertThat(collector.trace(trace.traceId()))
                .extracting(Span::getName).contains(name));
        List<Span> named = collector.trace(trace.traceId()).stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(named).hasSize(1);
        return named.get(0);
    }

    private static void publish(String topic, String key, byte[] value, TraceParent trace) {
        var record = new ProducerRecord<>(registry.topic(topic), key.getBytes(UTF_8), value);
        record.headers().add(TraceParent.HEADER, trace.toString().getBytes(UTF_8));
        registry.broker().publish(record);
    }

    private static Answer post(String path, ObjectNode body, TraceParent trace, String correlationId) {
        return registry.send(Registry.asOperator(registry.request(path))
                .header(TraceParent.HEADER, trace.toString())
                .header("X-Correlation-ID", correlationId)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.utf8(body))));
    }

    private static String correlationId(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("correlation-id").value(), UTF_8);
    }
}
