// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.kafka.topic.OffsetRange;

/**
 * Merges partitions from their ends towards their beginnings, a stretch at a time. Within a partition the offset is the
 * order, between partitions the time; so a page ends at one offset of each partition, and what arrives later changes
 * nothing about the next page. For one thread.
 */
final class NewestFirst {

    private static final int STRETCH = 200;
    private static final long MAX_TAIL_BYTES = 1024 * 1024;

    private final List<Tail> tails = new ArrayList<>();
    private final int maxBytes;
    private final BiFunction<TopicPartition, OffsetRange, List<DeadLetter>> stretches;

    /**
     * @param spans what there is of each partition
     * @param maxBytes of one page, which has one letter at least
     * @param stretches gives the letters of a stretch that are wanted, in the order of their offsets
     */
    NewestFirst(
            Map<TopicPartition, OffsetRange> spans, int maxBytes,
            BiFunction<TopicPartition, OffsetRange, List<DeadLetter>> stretches) {
        this.stretches = stretches;
        this.maxBytes = maxBytes;
        spans.forEach((partition, span) -> tails.add(new Tail(partition, span.from(), span.to())));
        tails.sort(Comparator.comparing(tail -> tail.partition.toString()));
    }

    /** @param timeLeft the page ends short when there is no more */
    DeadLetterPage page(int limit, BooleanSupplier timeLeft) {
        List<DeadLetter> letters = new ArrayList<>();
        long bytes = 0;
        while (letters.size() < limit && bytes < maxBytes && timeLeft.getAsBoolean()) {
            boolean filled = tails.stream().allMatch(tail -> tail.fill(timeLeft));
            Tail newest = tails.stream()
                    .filter(tail -> !tail.letters.isEmpty())
                    .max(Comparator.comparing(tail -> tail.letters.peek().deadLetteredAt()))
                    .orElse(null);
            if (!filled || newest == null) {
                break;
            }
            DeadLetter letter = newest.letters.pop();
            bytes += letter.bytes();
            letters.add(letter);
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        tails.stream().filter(tail -> tail.end() > tail.from).forEach(tail -> next.put(tail.partition, tail.end()));
        return new DeadLetterPage(letters, next);
    }

    private final class Tail {

        private final TopicPartition partition;
        private final long from;
        private final Deque<DeadLetter> letters = new ArrayDeque<>();
        private long unread;

        Tail(TopicPartition partition, long from, long unread) {
            this.partition = partition;
            this.from = from;
            this.unread = unread;
        }

        /** Whether its newest letter is known, or that there is none. */
        boolean fill(BooleanSupplier timeLeft) {
            while (letters.isEmpty() && unread > from) {
                if (!timeLeft.getAsBoolean()) {
                    return false;
                }
                OffsetRange stretch = new OffsetRange(Math.max(from, unread - STRETCH), unread);
                unread = keep(stretches.apply(partition, stretch), stretch.from());
            }
            return true;
        }

        /**
         * Keeps the newest, as many as have room: each of many partitions has some.
         *
         * @return the offset before which all is yet to be read
         */
        private long keep(List<DeadLetter> stretch, long from) {
            int first = stretch.size();
            for (long bytes = 0; first > 0 && bytes < MAX_TAIL_BYTES; first--) {
                bytes += stretch.get(first - 1).bytes();
            }
            stretch.subList(first, stretch.size()).forEach(letters::push);
            return first == 0 ? from : stretch.get(first).id().offset();
        }

        /** The offset after the newest letter that has not been given. */
        long end() {
            return letters.isEmpty() ? unread : letters.peek().id().offset() + 1;
        }
    }
}
