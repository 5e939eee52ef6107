// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.routing.HandOuts.OfNode;
import org.nodebridge.registry.routing.NodePools.Made;

/** Answers which node to call, from memory alone. Safe from many threads. */
@ApplicationScoped
class Router {

    private static final List<String> RESULTS = List.of("found", "last_resort", "none");

    /** A generator for each thread. */
    private static final RandomGenerator RANDOM = () -> ThreadLocalRandom.current().nextLong();

    @Inject
    private DiscoveryView view;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private RegistrySettings settings;

    private final NodePools pools = new NodePools();
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
     * @param handsOut whether somebody will call the first of them
     * @throws org.nodebridge.registry.discovery.ViewUnavailableException when the view cannot be asked now
     */
    RouteAnswer route(NodeFilter filter, Strategy strategy, String key, int count, boolean handsOut) {
        view.askForLoads();
        Known known = view.current();
        long now = MonotonicTime.now();
        Made made = pools.of(known, filter, now);
        NodePool pool = made.pool();
        List<String> names = settings.consul().layout().addressEndpoints();
        List<Choice> choices = strategies.choose(pool, strategy, key, count, now);
        List<Candidate> candidates = choices.stream()
                .map(choice -> Candidate.of(
                        pool.nodes[choice.index()], pool.counted[choice.index()],
                        pool.score(choice.index(), now), choice.reasons(), names, now))
                .toList();
        String result = "found";
        if (candidates.isEmpty()) {
            candidates = pool.suspects.stream().limit(count).map(node -> lastResort(node, names, now)).toList();
            result = candidates.isEmpty() ? "none" : "last_resort";
        }
        if (handsOut) {
            choices.stream().findFirst().ifPresent(choice -> {
                pool.loads[choice.index()].handOut(now);
                handOuts.count(pool.nodes[choice.index()].nodeId(), now);
            });
            metrics.routes(strategy.wireName(), result, 1);
        }
        return RouteAnswer.of(made.known(), strategy, candidates, pool.leftOut);
    }

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
