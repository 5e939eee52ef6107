// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.discovery.OtherRegions;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.routing.HandOuts.OfNode;
import org.nodebridge.registry.routing.NodePools.Made;

/** Answers which node to call, from memory alone. Safe from many threads. */
@ApplicationScoped
class Router {

    private static final List<String> RESULTS = List.of("found", "other_region", "last_resort", "none");

    /** A generator for each thread. */
    private static final RandomGenerator RANDOM = () -> ThreadLocalRandom.current().nextLong();

    @Inject
    private DiscoveryView view;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private RegistrySettings settings;

    @Inject
    private OtherRegions regions;

    private final NodePools pools = new NodePools();
    private final Map<String, NodePools> poolsOfOthers = new ConcurrentHashMap<>();
    private final HandOuts handOuts = new HandOuts();
    private final Strategies strategies = new Strategies(RANDOM);

    void start(@Observes Startup startup) {
        for (Strategy strategy : Strategy.values()) {
            RESULTS.forEach(result -> metrics.routes(strategy.wireName(), result, 0));
        }
    }

    /**
     * The nodes to call.
     *
     * @param anyRegion whether nodes of another region do where none of our own can be called
     * @param handsOut whether the client will call the first of them
     * @throws org.nodebridge.registry.discovery.ViewUnavailableException when the view cannot be asked now
     */
    RouteAnswer route(
            NodeFilter filter, Strategy strategy, String key, int count, boolean anyRegion, boolean handsOut) {
        view.askForLoads();
        long now = MonotonicTime.now();
        Found own = find(null, view.current(), pools, filter, strategy, key, count, now);
        Found found = own;
        if (anyRegion && own.choices.isEmpty()) {
            found = regions.inOrder().stream()
                    .map(region -> find(region.name(), region.known(),
                            poolsOfOthers.computeIfAbsent(region.name(), name -> new NodePools()),
                            filter, strategy, key, count, now))
                    .filter(other -> !other.choices.isEmpty())
                    .findFirst()
                    .orElse(own);
        }
        NodePool pool = found.made.pool();
        List<String> names = settings.consul().layout().addressEndpoints();
        List<Candidate> candidates = found.choices.stream()
                .map(choice -> Candidate.of(
                        pool.nodes[choice.index()], pool.counted[choice.index()],
                        pool.score(choice.index(), now), choice.reasons(), names, now))
                .toList();
        String result = found.region == null ? "found" : "other_region";
        if (candidates.isEmpty()) {
            candidates = pool.suspects.stream().limit(count).map(node -> lastResort(node, names, now)).toList();
            result = candidates.isEmpty() ? "none" : "last_resort";
        }
        if (handsOut) {
            found.choices.stream().findFirst().ifPresent(choice -> {
                pool.loads[choice.index()].handOut(now);
                handOuts.count(pool.nodes[choice.index()].nodeId(), now);
            });
            metrics.routes(strategy.wireName(), result, 1);
        }
        return RouteAnswer.of(found.made.known(), strategy, found.region, candidates, own.made.pool().leftOut);
    }

    private Found find(
            String region, Known known, NodePools of, NodeFilter filter, Strategy strategy, String key, int count,
            long now) {
        Made made = of.of(known, filter, now);
        return new Found(region, made, strategies.choose(made.pool(), strategy, key, count, now));
    }

    /** @param region {@code null} for our own */
    private record Found(String region, Made made, List<Choice> choices) {}

    /**
     * Which of the nodes that fit have been handed out of late.
     *
     * @throws org.nodebridge.registry.discovery.ViewUnavailableException when the view cannot be asked now
     */
    RouteShares shares(NodeFilter filter) {
        NodeTable table = view.current().table();
        VersionRange range = filter.version() == null ? null : VersionRange.parse(filter.version()).orElseThrow();
        long now = MonotonicTime.now();
        Stream<OfNode> all = handOuts.all(now).stream();
        // of all nodes also those that have left, and those for which there was no room
        Stream<OfNode> fitting = filter.equals(NodeFilter.ALL)
                ? all
                : all.filter(one -> one.nodeId() != null && table.find(one.nodeId())
                        .filter(node -> filter.fits(node) && (range == null || range.has(node.version())))
                        .isPresent());
        return RouteShares.of(fitting.toList(), now);
    }

    private static Candidate lastResort(DiscoveredNode node, List<String> names, long now) {
        return Candidate.of(node, node.loadCounts(now), null, List.of("last_resort"), names, now);
    }
}
