// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer.Whole;

/**
 * A letter that is no larger than a limit: its record's value is cut first, then the key, then the headers that are not
 * the registry's. What is cut is said in headers, with the size and digest of the whole.
 */
public final class FittedDeadLetter {

    /** The least of a value that is worth keeping beside a large key or large headers. */
    private static final int EXCERPT = 4 * 1024;

    private static final int KEY_EXCERPT = 256;
    private static final int PER_RECORD = 200;
    private static final int PER_HEADER = 10;

    /** What the headers of a truncated letter take. */
    private static final int TRUNCATION = 600;

    private static final Set<String> OF_THIS_PROCESS = Set.of(
            BoundedValueDeserializer.WHOLE, BoundedValueDeserializer.WHOLE_KEY, BoundedValueDeserializer.WHOLE_HEADERS);

    private FittedDeadLetter() {}

    /**
     * @param headers of the record, which come first and may have any name; those that
     *     {@link BoundedValueDeserializer} adds are left out
     * @param own the registry's headers
     * @param limit in bytes, before compression; no less than {@code own} and some kilobytes are always kept
     */
    public static ProducerRecord<byte[], byte[]> of(
            String topic, byte[] key, byte[] value, Iterable<Header> headers, List<Header> own, int limit) {
        List<Header> foreign = withoutWhole(headers);
        long fixed = PER_RECORD + size(own);
        Optional<Whole> wholeHeaders = Whole.ofHeaders(headers);
        if (fixed + length(key) + length(value) + size(foreign) <= limit && wholeHeaders.isEmpty()) {
            return letter(topic, key, value, foreign, own);
        }
        long room = Math.max(limit - fixed - TRUNCATION, EXCERPT);
        List<String> parts = new ArrayList<>();
        byte[] keptKey = key;
        List<Header> keptForeign = foreign;
        long excerpt = Math.min(length(value), EXCERPT);
        if (length(key) + size(foreign) + excerpt > room) {
            keptKey = cut(key, KEY_EXCERPT);
        }
        if (length(keptKey) + size(foreign) + excerpt > room) {
            keptForeign = List.of();
        }
        byte[] keptValue = cut(value, room - length(keptKey) - size(keptForeign));
        note(parts, "value", keptValue != value);
        note(parts, "key", keptKey != key);
        note(parts, "headers", keptForeign != foreign || wholeHeaders.isPresent());
        Whole whole = Whole.of(headers, value);
        DeadLetterHeaderWriter truncation = new DeadLetterHeaderWriter()
                .with(DeadLetterHeaders.TRUNCATED, String.join(",", parts))
                .with(DeadLetterHeaders.VALUE_SIZE, whole.size())
                .with(DeadLetterHeaders.VALUE_SHA256, whole.sha256());
        if (keptKey != key) {
            Whole wholeKey = Whole.ofKey(headers, key);
            truncation.with(DeadLetterHeaders.KEY_SIZE, wholeKey.size())
                    .with(DeadLetterHeaders.KEY_SHA256, wholeKey.sha256());
        }
        if (keptForeign != foreign || wholeHeaders.isPresent()) {
            truncation.with(
                    DeadLetterHeaders.HEADERS_SIZE, wholeHeaders.map(all -> (long) all.size()).orElse(size(foreign)));
        }
        List<Header> all = new ArrayList<>(own);
        all.addAll(truncation.all());
        return letter(topic, keptKey, keptValue, keptForeign, all);
    }

    /** About the bytes of a letter before compression. */
    public static long size(ProducerRecord<byte[], byte[]> letter) {
        return PER_RECORD + length(letter.key()) + length(letter.value()) + size(letter.headers());
    }

    private static ProducerRecord<byte[], byte[]> letter(
            String topic, byte[] key, byte[] value, Iterable<Header> foreign, List<Header> own) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, key, value);
        foreign.forEach(letter.headers()::add);
        own.forEach(letter.headers()::add);
        return letter;
    }

    private static List<Header> withoutWhole(Iterable<Header> headers) {
        List<Header> foreign = new ArrayList<>();
        headers.forEach(header -> {
            if (!OF_THIS_PROCESS.contains(header.key())) {
                foreign.add(header);
            }
        });
        return foreign;
    }

    private static void note(List<String> parts, String part, boolean cut) {
        if (cut) {
            parts.add(part);
        }
    }

    private static long size(Iterable<Header> headers) {
        long size = 0;
        for (Header header : headers) {
            size += PER_HEADER + header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value());
        }
        return size;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte[] cut(byte[] bytes, long most) {
        return length(bytes) <= most ? bytes : Arrays.copyOf(bytes, (int) Math.max(0, most));
    }

}
