// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.RegistryMetrics;

class RefusedRowsTest {

    private final List<String> counted = new ArrayList<>();
    private final List<List<String>> statements = new ArrayList<>();
    private long now;
    private final RefusedRows refused = new RefusedRows(new RegistryMetrics(null) {

        @Override
        public void refusedRow(String event) {
            counted.add(event);
        }
    }, () -> now);

    @Test
    void changesAllOthersWhenSomeAreRefused() {
        List<String> rows = IntStream.range(0, 500).mapToObj(Integer::toString).toList();

        List<String> changed = change(rows, "0", "77", "78", "499");

        assertThat(changed).hasSize(496).doesNotContain("0", "77", "78", "499");
        assertThat(statements).as("two for each half on the way to four rows, at most").hasSizeLessThan(80);
        assertThat(counted).containsExactly("expire", "expire", "expire", "expire");
    }

    @Test
    void waitsOnceForWhatIsLockedAndChangesAllOthers() {
        List<String> rows = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        List<Integer> sizes = new ArrayList<>();

        List<String> changed = refused.withoutLocked("cordon", rows, Function.identity(), some -> {
            sizes.add(some.size());
            if (some.contains("0") || some.contains("77")) {
                throw new StoreLockedException("locked", null);
            }
            return some;
        }, all -> Set.of("0", "77"));

        assertThat(changed).hasSize(498).doesNotContain("0", "77");
        assertThat(sizes).containsExactly(500, 498);
        assertThat(refused.lately()).as("a lock is no refusal").isEmpty();
    }

    @Test
    void knowsForAWhileWhichWereRefused() {
        change(List.of("a", "b"), "a");

        assertThat(refused.lately()).containsExactly("a");
    }

    @Test
    void forgetsARowThatIsChangedAfterAll() {
        change(List.of("a", "b"), "a");

        change(List.of("a", "b"));

        assertThat(refused.lately()).isEmpty();
    }

    @Test
    void remembersARowThatIsRefusedForOneThingAndTakenForAnother() {
        change(List.of("a", "b"), "a");

        refused.without("claim", List.of("a"), Function.identity(), some -> some);

        assertThat(refused.lately()).containsExactly("a");
    }

    @Test
    void leavesOutWhatNothingBecameOf() {
        refused.leaveOut(Set.of("a"));

        assertThat(refused.lately()).containsExactly("a");
        assertThat(counted).isEmpty();
    }

    @Test
    void triesTheLongerBetweenTwoTriesTheMoreAreRefused() {
        List<String> rows = IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        change(rows, rows.toArray(String[]::new));

        now += TimeUnit.SECONDS.toNanos(29);
        assertThat(refused.lately()).hasSize(200);
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(refused.lately()).isEmpty();
    }

    @Test
    void triesAgainAfterTenSecondsHoweverManyNothingBecameOf() {
        change(List.of("a"), "a");
        refused.leaveOut(IntStream.range(0, 5_000).mapToObj(Integer::toString).toList());

        now += TimeUnit.SECONDS.toNanos(10);

        assertThat(refused.lately()).isEmpty();
    }

    @Test
    void keepsABoundedNumber() {
        List<String> rows = IntStream.range(0, 12_000).mapToObj(Integer::toString).toList();

        refused.leaveOut(rows);

        assertThat(refused.lately()).hasSize(10_000).contains("11999").doesNotContain("0");
    }

    @Test
    void doesNothingWithoutRows() {
        assertThat(change(List.of())).isEmpty();
        assertThat(statements).isEmpty();
    }

    @Test
    void passesOnWhatIsNoRefusal() {
        StoreUnavailableException outage = new StoreUnavailableException("PostgreSQL is unavailable", null);

        assertThatThrownBy(() -> refused.without("expire", List.of("a", "b"), Function.identity(), some -> {
            throw outage;
        })).isSameAs(outage);
    }

    private List<String> change(List<String> rows, String... without) {
        return refused.without("expire", rows, Function.identity(), some -> {
            statements.add(some);
            if (some.stream().anyMatch(List.of(without)::contains)) {
                throw new StoreRefusedException("a rule", null);
            }
            return some;
        });
    }
}
