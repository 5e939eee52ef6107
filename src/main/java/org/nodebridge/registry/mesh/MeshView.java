// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.lease.probe.CheckedNames;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;

/**
 * The newest snapshot of all services, made again when nodes have changed, at most each tenth of a second, while the
 * server for xDS runs or somebody has asked within ten minutes. Safe for many threads.
 */
@ApplicationScoped
class MeshView {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final long ASKED_WITHIN_MILLIS = 600_000;

    /** After a start nodes wait so long for the addresses of others; those not found by then are left out. */
    private static final long NAMES_WITHIN_MILLIS = 10_000;

    @Inject
    private DiscoveryView view;

    @Inject
    private CheckedNames checked;

    @Inject
    private RegistrySettings settings;

    private ResolvedNames names;
    private SnapshotBuilder builder;
    private MeshWeights weights;
    private volatile Consumer<MeshSnapshot> listener = snapshot -> {};
    private volatile long askedAt = Long.MIN_VALUE;
    private volatile MeshSnapshot ready;

    /** It takes 5 ms for each 1,000 nodes; many of them must not keep a processor busy by their changes. */
    private static final int PAUSE_FACTOR = 3;

    // of one thread at a time
    private long notBefore = Long.MIN_VALUE;
    private MeshSnapshot built;
    private NodeTable builtOf;
    private long firstBuiltAt;

    void start(@Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegistryMetrics metrics) {
        ConsulLayout layout = settings.consul().layout();
        names = new ResolvedNames(checked::lookUp, checked::allows);
        weights = new MeshWeights(settings.xds().weights());
        builder = new SnapshotBuilder(
                new NodeTargets(layout.servicePrefix(), layout.addressEndpoints()), names,
                new AssignmentLayout(settings.xds().regionOrder(), weights.byLoad()));
        for (Reason reason : Reason.values()) {
            metrics.xdsLeftOut(reason.wireName(), () -> leftOut(reason));
        }
        tasks.start("xds_snapshot", INTERVAL, () -> migration.done() && isWanted(), this::refresh);
    }

    /** @param consumer gets each snapshot from now on, and the newest at once where there is one */
    synchronized void follow(Consumer<MeshSnapshot> consumer) {
        listener = consumer;
        if (ready != null) {
            consumer.accept(ready);
        }
    }

    /**
     * The newest snapshot.
     *
     * @throws MeshUnavailableException while not all nodes and their addresses are known
     */
    MeshSnapshot current() {
        askedAt = MonotonicTime.now();
        if (ready == null) {
            refresh();
        }
        MeshSnapshot now = ready;
        if (now == null) {
            throw new MeshUnavailableException(
                    "not all nodes and their addresses have been found yet since this replica started");
        }
        return now;
    }

    private int leftOut(Reason reason) {
        MeshSnapshot now = ready;
        return now == null ? 0 : now.leftOutCounts().getOrDefault(reason, 0);
    }

    private boolean isWanted() {
        long asked = askedAt;
        return settings.xds().isOn()
                || asked != Long.MIN_VALUE && MonotonicTime.now() - asked < ASKED_WITHIN_MILLIS;
    }

    private synchronized void refresh() {
        Optional<Known> last = view.lastKnown();
        boolean complete = view.refused() == 0;
        if (last.isEmpty() || built == null && !complete) {
            return;
        }
        Known known = last.get();
        long now = MonotonicTime.now();
        if (weights.byLoad()) {
            view.askForLoads();
        }
        if (now < notBefore) {
            return;
        }
        boolean reweighed = weights.decide(known.table(), now);
        if (names.takeChanged() | reweighed | known.table() != builtOf) {
            firstBuiltAt = built == null ? now : firstBuiltAt;
            built = builder.build(known.table().nodes(), known.revision(), built, complete, weights::of);
            builtOf = known.table();
            long took = MonotonicTime.now() - now;
            notBefore = now + took * (1 + PAUSE_FACTOR);
        } else if (built.revision() != known.revision()) {
            built = built.at(known.revision());
        }
        names.lookUpDue(now);
        if (built != ready && (ready != null || names.allTried() || now - firstBuiltAt > NAMES_WITHIN_MILLIS)) {
            ready = built;
            listener.accept(built);
        }
    }
}
