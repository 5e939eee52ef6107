// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.weight;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.discovery.ViewUnavailableException;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.weight.WeightRepository.Standing;

/** Decides the weights of all nodes as the leader, or takes them away where they are off. Of one thread. */
@ApplicationScoped
class ConsulWeights {

    /** Figures of load are read while a client has asked for them within a minute. */
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(10);

    /** Without figures all would get the average, also those whose load an earlier leader has judged. */
    private static final long FIGURES_AFTER_MILLIS = 5_000;

    private static final int PAGE = 500;

    @Inject
    private WeightRepository steps;

    @Inject
    private RefusedRows refused;

    @Inject
    private DiscoveryView view;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private Leadership leadership;

    @Inject
    private RegistrySettings settings;

    /** When to decide, or look for weights to take away, next; {@code null} while this replica does not lead. */
    private Long decideAt;

    void start(@Observes Startup startup, RecurringTasks tasks, SchemaMigration migration) {
        Duration interval = weights().interval();
        tasks.start(
                "consul_weights", interval.compareTo(LONGEST_PERIOD) < 0 ? interval : LONGEST_PERIOD, migration::done,
                this::look);
    }

    private WeightSettings weights() {
        return settings.consul().layout().weights();
    }

    private void look() {
        OptionalLong token = leadership.token();
        if (token.isEmpty()) {
            decideAt = null;
        } else if (weights().byLoad()) {
            view.askForLoads();
            decideWhenDue(token.getAsLong(), MonotonicTime.now());
        } else {
            clearWhenDue(token.getAsLong(), MonotonicTime.now());
        }
    }

    /** At once, and then each interval: it goes through all rows. */
    private void clearWhenDue(long token, long now) {
        if (decideAt == null || now >= decideAt) {
            decideAt = now + weights().interval().toMillis();
            clear(token);
        }
    }

    private void decideWhenDue(long token, long now) {
        long interval = weights().interval().toMillis();
        if (decideAt == null) {
            decideAt = now + Math.max(FIGURES_AFTER_MILLIS, interval);
        } else if (now >= decideAt) {
            decideAt = now + interval;
            try {
                decide(view.current().table(), token, now);
            } catch (ViewUnavailableException e) {
                return; // what has been decided stands
            }
        }
    }

    private void decide(NodeTable nodes, long token, long now) {
        WeightSteps wanted = new WeightSteps(nodes.nodes(), now);
        String after = "";
        List<Standing> page;
        do {
            page = steps.steps(after, PAGE);
            List<Standing> changed = new ArrayList<>();
            for (Standing standing : page) {
                after = standing.nodeId();
                next(standing, nodes.find(standing.nodeId()), wanted).ifPresent(changed::add);
            }
            List<String> set = refused.without(
                    "weigh", changed, Standing::nodeId, some -> steps.set(some, weights().interval(), token));
            if (!set.isEmpty()) {
                catalog.apply(set);
            }
        } while (page.size() == PAGE);
    }

    /** Of a node that is left out nothing is judged; it only gets a first weight. */
    private static Optional<Standing> next(Standing standing, Optional<DiscoveredNode> node, WeightSteps wanted) {
        return node.filter(found -> standing.step() == null || found.leftOut() == null)
                .map(found -> WeightSteps.next(standing.step(), wanted.of(found)))
                .filter(step -> !step.equals(standing.step()))
                .map(step -> new Standing(standing.nodeId(), step));
    }

    private void clear(long token) {
        List<String> some;
        List<String> cleared;
        do {
            some = steps.withStep(refused.lately(), PAGE);
            cleared = refused.without("unweigh", some, Function.identity(), ids -> steps.clear(ids, token));
            if (!cleared.isEmpty()) {
                catalog.apply(cleared);
            }
        } while (some.size() == PAGE && !cleared.isEmpty());
    }
}
