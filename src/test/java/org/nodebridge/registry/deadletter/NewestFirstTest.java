// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.kafka.topic.OffsetRange;

class NewestFirstTest {

    private static final TopicPartition A = new TopicPartition("a.dlq", 0);
    private static final TopicPartition B = new TopicPartition("b.dlq", 0);
    private static final BooleanSupplier ALWAYS = () -> true;

    /** The second at which each offset was written, by partition. */
    private final Map<TopicPartition, List<Integer>> written = Map.of(A, new ArrayList<>(), B, new ArrayList<>());

    private final List<OffsetRange> read = new ArrayList<>();
    private int maxBytes = 100_000_000;
    private String excerpt = "";

    @BeforeEach
    void write() {
        for (int second = 0; second < 500; second++) {
            written.get(second % 5 == 0 ? B : A).add(second);
        }
    }

    @Test
    void mergesPartitionsByTime() {
        DeadLetterPage page = newestFirst(null).page(6, ALWAYS);

        assertThat(seconds(page)).containsExactly(499, 498, 497, 496, 495, 494);
        assertThat(page.next()).isEqualTo(Map.of(A, 395L, B, 99L));
    }

    @Test
    void givesEachLetterOnceOverAllPagesThoughNewOnesArrive() {
        List<Integer> seconds = new ArrayList<>();
        Map<TopicPartition, Long> next = null;
        do {
            DeadLetterPage page = newestFirst(next).page(7, ALWAYS);
            seconds.addAll(seconds(page));
            next = page.next();
            written.get(A).add(1000);
            written.get(B).add(1000);
        } while (!next.isEmpty());

        assertThat(seconds).hasSize(500).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void keepsTheOrderOfOffsetsWhereClocksDisagree() {
        written.get(A).set(399, 3);

        assertThat(newestFirst(null).page(1000, ALWAYS).letters().stream()
                .filter(letter -> letter.id().topic().equals(A.topic()))
                .map(letter -> letter.id().offset()))
                .hasSize(400)
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void endsAPageAtItsLimitInBytesAndLosesNoLetterOfALargeStretch() {
        maxBytes = 1;
        assertThat(newestFirst(null).page(100, ALWAYS).letters()).as("one at least").hasSize(1);

        maxBytes = 200_000;
        excerpt = "x".repeat(20_000);
        assertThat(newestFirst(null).page(100, ALWAYS).letters()).hasSizeBetween(2, 6);
        givesEachLetterOnceOverAllPagesThoughNewOnesArrive();
    }

    @Test
    void readsNoMoreThanItNeeds() {
        newestFirst(null).page(3, ALWAYS);

        assertThat(read).containsExactlyInAnyOrder(new OffsetRange(200, 400), new OffsetRange(0, 100));
    }

    @Test
    void endsShortButNotForGoodWhenTimeIsUp() {
        int[] left = {1};
        DeadLetterPage page = new NewestFirst(Map.of(A, new OffsetRange(0, 400)), maxBytes, (partition, span) -> {
            left[0]--;
            return List.of();
        })
                .page(10, () -> left[0] >= 0);

        assertThat(page.letters()).isEmpty();
        assertThat(page.next()).isEmpty();

        int[] none = {0};
        DeadLetterPage stopped = new NewestFirst(Map.of(A, new OffsetRange(0, 1000)), maxBytes, (partition, span) -> {
            none[0]++;
            return List.of();
        })
                .page(10, () -> none[0] < 1);

        assertThat(stopped.letters()).isEmpty();
        assertThat(stopped.next()).isEqualTo(Map.of(A, 800L));
    }

    private NewestFirst newestFirst(Map<TopicPartition, Long> next) {
        Map<TopicPartition, OffsetRange> spans = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        written.forEach((partition, seconds) -> {
            if (next == null || next.containsKey(partition)) {
                spans.put(partition, new OffsetRange(0, next == null ? seconds.size() : next.get(partition)));
            }
        });
        return new NewestFirst(spans, maxBytes, this::letters);
    }

    private List<DeadLetter> letters(TopicPartition partition, OffsetRange span) {
        read.add(span);
        List<DeadLetter> letters = new ArrayList<>();
        for (long offset = span.from(); offset < span.to(); offset++) {
            letters.add(new DeadLetter(
                    new DeadLetterId(partition.topic(), partition.partition(), offset), "unreadable", List.of(), null,
                    null, null, null, excerpt, 0, Instant.ofEpochSecond(written.get(partition).get((int) offset)), null,
                    null));
        }
        return letters;
    }

    private static List<Integer> seconds(DeadLetterPage page) {
        return page.letters().stream().map(letter -> (int) letter.deadLetteredAt().getEpochSecond()).toList();
    }
}
