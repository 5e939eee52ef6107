// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What carries our owner mark where our entries stand, by one look. Entries that are as expected are known by their ids
 * only, so that a look at a hundred thousand of them fits into memory.
 *
 * @param nodeIds of all entries
 * @param unexpected those that are not as expected, by node id
 * @param misplaced those that stand under a service id that is not their node's; in neither of the others
 */
public record CatalogInstances(
        Set<String> nodeIds, Map<String, CatalogInstance> unexpected, List<CatalogInstance> misplaced) {

    public CatalogInstances {
        nodeIds = Set.copyOf(nodeIds);
        unexpected = Map.copyOf(unexpected);
        misplaced = List.copyOf(misplaced);
    }

    /** Without any that are misplaced. */
    public CatalogInstances(Set<String> nodeIds, Map<String, CatalogInstance> unexpected) {
        this(nodeIds, unexpected, List.of());
    }

    /** Those of all entries that are expected by their ids only. */
    public static CatalogInstances of(Stream<CatalogInstance> all, Predicate<CatalogInstance> expected) {
        Collected collected = new Collected(expected);
        all.forEach(collected::add);
        return collected.instances();
    }

    /** Takes entries one by one. Of one thread. */
    public static final class Collected {

        private final Predicate<CatalogInstance> expected;
        private final Set<String> nodeIds = new HashSet<>();
        private final Map<String, CatalogInstance> unexpected = new HashMap<>();
        private final List<CatalogInstance> misplaced = new ArrayList<>();

        public Collected(Predicate<CatalogInstance> expected) {
            this.expected = expected;
        }

        public void add(CatalogInstance instance) {
            if (instance.misplaced()) {
                misplaced.add(instance);
                return;
            }
            nodeIds.add(instance.nodeId());
            if (!expected.test(instance)) {
                unexpected.put(instance.nodeId(), instance);
            }
        }

        public CatalogInstances instances() {
            return new CatalogInstances(nodeIds, unexpected, misplaced);
        }
    }
}
