// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What carries our owner mark where our entries stand, by one read. Entries that are as expected are known by their ids
 * only, so that a read of a hundred thousand of them fits into memory.
 *
 * @param nodeIds of all entries
 * @param unexpected those that are not as expected, by node id
 * @param misplaced those that stand under a service id that is not their node's; in neither of the others
 * @param foreign node id to installation, of the entries that belong to another installation of the same registry id;
 *     in none of the others
 * @param sidecars those of sidecar proxies; in none of the others
 */
public record CatalogInstances(
        Set<String> nodeIds, Map<String, CatalogInstance> unexpected, List<CatalogInstance> misplaced,
        Map<String, String> foreign, Sidecars sidecars) {

    /**
     * The entries of sidecar proxies.
     *
     * @param nodeIds of the nodes that have one
     * @param unexpected those that are not as expected, by node id
     */
    public record Sidecars(Set<String> nodeIds, Map<String, CatalogInstance> unexpected) {

        public static final Sidecars NONE = new Sidecars(Set.of(), Map.of());

        public Sidecars {
            nodeIds = Set.copyOf(nodeIds);
            unexpected = Map.copyOf(unexpected);
        }
    }

    public CatalogInstances {
        nodeIds = Set.copyOf(nodeIds);
        unexpected = Map.copyOf(unexpected);
        misplaced = List.copyOf(misplaced);
        foreign = Map.copyOf(foreign);
    }

    /** Without any that are misplaced, or another installation's. */
    public CatalogInstances(Set<String> nodeIds, Map<String, CatalogInstance> unexpected) {
        this(nodeIds, unexpected, List.of(), Map.of());
    }

    /** Without sidecar proxies. */
    public CatalogInstances(
            Set<String> nodeIds, Map<String, CatalogInstance> unexpected, List<CatalogInstance> misplaced,
            Map<String, String> foreign) {
        this(nodeIds, unexpected, misplaced, foreign, Sidecars.NONE);
    }

    /** How many entries each other installation has. */
    public Map<String, Long> others() {
        return foreign.values().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
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
        private final Map<String, String> foreign = new HashMap<>();
        private final Set<String> sidecars = new HashSet<>();
        private final Map<String, CatalogInstance> unexpectedSidecars = new HashMap<>();

        public Collected(Predicate<CatalogInstance> expected) {
            this.expected = expected;
        }

        public void add(CatalogInstance instance) {
            if (instance.misplaced()) {
                misplaced.add(instance);
                return;
            }
            (instance.sidecar() ? sidecars : nodeIds).add(instance.nodeId());
            if (!expected.test(instance)) {
                (instance.sidecar() ? unexpectedSidecars : unexpected).put(instance.nodeId(), instance);
            }
        }

        /** An entry that belongs to another installation: it is not compared, and not touched. */
        public void addForeign(CatalogInstance instance, String installation) {
            if (!instance.sidecar()) { // what is to be written over it is refused, with the reason
                foreign.put(instance.nodeId(), installation);
            }
        }

        public CatalogInstances instances() {
            return new CatalogInstances(
                    nodeIds, unexpected, misplaced, foreign, new Sidecars(sidecars, unexpectedSidecars));
        }
    }
}
