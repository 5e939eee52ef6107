// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Handle;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.store.BulkUpsert;

/**
 * The shape that the design document describes: polls of ten records, and for each record one registration with
 * Consul's agent and one upsert, one after the other. Needs the database of {@link PostgresLimit}.
 */
final class DesignShape implements Row {

    static final String KEY = "design.shape";

    private static final String TOPIC = "design-shape";
    private static final int MOST_A_SECOND = 1_000;

    private final ConsulServer consul;

    DesignShape(ConsulServer consul) {
        this.consul = consul;
    }

    @Override
    public String name() {
        return "design-shape";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        Duration length = bench.plan().share(0.1);
        append(bench, length.toMillis() * MOST_A_SECOND / 1_000);
        ConsulCalls calls = new ConsulCalls(consul.url());
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bench.servers().bootstrapServers(), "group.id", TOPIC,
                "auto.offset.reset", "earliest", "enable.auto.commit", false, "max.poll.records", 10);
        try (Handle rows = BulkUpsert.over(
                () -> Installation.connect(bench.servers().postgres().orElseThrow(), PostgresLimit.DATABASE));
                var consumer = new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            // joining the group is no part of what is measured
            handle(consumer, calls, rows);
            long start = System.nanoTime();
            long end = Workers.end(length);
            long done = 0;
            int some = 1;
            while (some > 0 && System.nanoTime() < end) {
                some = handle(consumer, calls, rows);
                done += some;
            }
            bench.report().add(Result.reported(
                    KEY, "The design's own shape: polls of 10, agent registration and upsert in turn",
                    new Throughput(done, System.nanoTime() - start).perSecond(), "events/s"));
        }
    }

    private static int handle(KafkaConsumer<byte[], byte[]> consumer, ConsulCalls calls, Handle rows)
            throws Exception {
        var records = consumer.poll(Duration.ofSeconds(10));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Introduced introduced = Introductions.read(record.value());
            calls.registerWithAgent(introduced);
            BulkUpsert.write(rows, List.of(introduced));
        }
        consumer.commitSync();
        return records.count();
    }

    private static void append(Bench bench, long records) {
        KafkaTopics.create(bench.servers().bootstrapServers(), Map.of(TOPIC, 1));
        NodeText text = new NodeText("compute");
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bench.servers().bootstrapServers());
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; number < records; number++) {
                byte[] value = text.introduction("design-" + number, 0, Instant.now());
                producer.send(new ProducerRecord<>(TOPIC, value));
            }
        }
    }
}
