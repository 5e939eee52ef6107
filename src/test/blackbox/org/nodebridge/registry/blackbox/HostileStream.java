// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.servers.KafkaTopics;

/** Records that no good node sends, made of recorded samples by a seed: the same seed makes the same stream. */
final class HostileStream {

    private static final List<String> TOPICS = List.of(Registry.INTROSPECTION, Registry.HEARTBEAT);
    private static final List<String> VALUES = List.of(
            "1e2147483648", "0e99999999999", "1e999", "-1e-2147483648", "9".repeat(2000), "0.12345678901234567890123",
            "\"2025-10-03Z\"", "\"0000-01-01T00:00:00Z\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\u202e\\u200b\"",
            "\"\\ufeff\"",
            "\" \"", "\"..\"", "\"watch\"", "\"a\\nb\"", "\"http://10.0.0.5:8080/{id}\"", "\"http://[::1\"", "null",
            "[]", "{}",
            "[[[[[[[[0]]]]]]]]", "true", "\"" + "x".repeat(40_000) + "\"", "{\"\\u0000\":1}", "9223372036854775807");

    private final Random random;

    HostileStream(long seed) {
        random = new Random(seed);
    }

    /** The next record: a sample with one to three mutations, on a topic and partition that may not be its own. */
    ProducerRecord<byte[], byte[]> next() {
        byte[] value = WireSample.of(WireSample.names().get(random.nextInt(WireSample.names().size()))).bytes();
        for (int mutations = 1 + random.nextInt(3); mutations > 0 && value != null; mutations--) {
            value = mutated(value);
        }
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        byte[] key = random.nextInt(4) == 0 ? null : bytes(random.nextInt(40));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, random.nextInt(KafkaTopics.OF_THE_REGISTRY.get(topic)), key, value);
        for (int headers = random.nextInt(3); headers > 0; headers--) {
            record.headers().add(header(), random.nextInt(8) == 0 ? null : bytes(random.nextInt(300)));
        }
        if (random.nextInt(100) == 0) {
            record.headers().add("large", bytes(200_000));
        }
        return record;
    }

    private String header() {
        return List
                .of("traceparent", "tracestate", "registry-dlq-reason", "registry-dlq-offset", "node-identity", "", "h")
                .get(random.nextInt(7));
    }

    private byte[] mutated(byte[] value) {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> flipped(value);
            case 3, 4 -> Arrays.copyOf(value, random.nextInt(value.length + 1));
            case 5, 6 -> withASliceTwice(value);
            case 7, 8, 9, 10 -> withAnotherValue(value);
            case 11 -> nested(1 + random.nextInt(3000));
            case 12 -> random.nextInt(6) == 0 ? large() : bytes(random.nextInt(400));
            default -> random.nextInt(3) == 0 ? null : withANameTwice(value);
        };
    }

    private byte[] flipped(byte[] value) {
        byte[] flipped = value.clone();
        for (int flips = random.nextInt(8); flips >= 0 && value.length > 0; flips--) {
            flipped[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private byte[] withASliceTwice(byte[] value) {
        int from = random.nextInt(value.length + 1);
        int to = from + random.nextInt(value.length - from + 1);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(value, 0, to);
        twice.write(value, from, value.length - from);
        return twice.toByteArray();
    }

    /** One of the JSON values, where a colon stands. */
    private byte[] withAnotherValue(byte[] value) {
        String text = new String(value, UTF_8);
        String[] parts = text.split("(?<=\":)", -1);
        int part = random.nextInt(parts.length);
        parts[part] = parts[part].replaceFirst("^\\s*(\"[^\"]*\"|[\\w.+-]+)", VALUES.get(random.nextInt(VALUES.size()))
                .replace("\\", "\\\\").replace("$", "\\$"));
        return String.join("", parts).getBytes(UTF_8);
    }

    private byte[] withANameTwice(byte[] value) {
        String text = new String(value, UTF_8);
        return text.replaceFirst("\\{", "{\"payload\":" + VALUES.get(random.nextInt(VALUES.size()))
                .replace("\\", "\\\\").replace("$", "\\$") + ",").getBytes(UTF_8);
    }

    private static byte[] nested(int depth) {
        return ("{\"event_type\":\"NODE_INTROSPECTION\",\"payload\":" + "{\"a\":[".repeat(depth) + "0"
                + "]}".repeat(depth)
                + "}").getBytes(UTF_8);
    }

    /** Small on the wire, since it is compressed. */
    private byte[] large() {
        String part = List.of("[0],", " ", "a", "1e999,", "{\"a\":0},").get(random.nextInt(5));
        int parts = 900_000 / part.length();
        return random.nextBoolean()
                ? ("{\"event_type\":\"NODE_INTROSPECTION\",\"payload\":{\"node_id\":\"large\",\"metadata\":{\"a\":\""
                        + "a".repeat(900_000) + "\"}}}").getBytes(UTF_8)
                : ("{\"payload\":[" + part.repeat(parts) + "0]}").getBytes(UTF_8);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
