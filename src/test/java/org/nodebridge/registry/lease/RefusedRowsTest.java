// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

class RefusedRowsTest {

    private final RefusedRows refused = new RefusedRows();
    private final List<List<String>> statements = new ArrayList<>();

    @Test
    void changesAllOthersWhenSomeAreRefused() {
        List<String> rows = IntStream.range(0, 500).mapToObj(Integer::toString).toList();

        List<String> changed = refused.without(rows, some -> change(some, List.of("0", "77", "78", "499")));

        assertThat(changed).hasSize(496).doesNotContain("0", "77", "78", "499");
        assertThat(statements).as("two for each half on the way to four rows, at most").hasSizeLessThan(80);
    }

    @Test
    void knowsForAWhileWhichWereRefused() {
        refused.without(List.of("a", "b"), some -> change(some, List.of("a")));

        assertThat(refused.lately("a")).isTrue();
        assertThat(refused.lately("b")).isFalse();
    }

    private List<String> change(List<String> some, List<String> without) {
        statements.add(some);
        if (some.stream().anyMatch(without::contains)) {
            throw new StoreRefusedException("a rule", null);
        }
        return some;
    }
}
