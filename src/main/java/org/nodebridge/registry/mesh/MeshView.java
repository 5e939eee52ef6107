// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.XdsSettings;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.OtherRegions;
import org.nodebridge.registry.discovery.OtherRegions.OtherRegion;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.lease.probe.CheckedNames;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;
import org.nodebridge.registry.mesh.MeshProblems.MeshUnavailableException;
import org.nodebridge.registry.mesh.NewestSnapshot.RemovalSafety;
import org.nodebridge.registry.mesh.NewestSnapshot.Source;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;

/**
 * The newest snapshot of all services, made again when nodes have changed, at most each tenth of a second, while the
 * server for xDS runs or a client has asked within ten minutes. Safe for many threads.
 */
@ApplicationScoped
class MeshView {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    @Inject
    private DiscoveryView view;

    @Inject
    private OtherRegions regions;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private CheckedNames checked;

    @Inject
    private RegistrySettings settings;

    private NewestSnapshot newest;
    private MeshWeights weights;

    /** Before any bean follows it, of which some start first. */
    @PostConstruct
    void create() {
        ConsulLayout layout = settings.consul().layout();
        ResolvedNames names = new ResolvedNames(checked::lookUp, checked::allows);
        ResolvedNames namesOfOthers = new ResolvedNames(checked::lookUpOfOthers, checked::allows);
        weights = new MeshWeights(settings.xds().weights());
        SnapshotBuilder builder = new SnapshotBuilder(
                () -> new NodeTargets(layout.servicePrefix(), layout.addressEndpoints()), names, namesOfOthers,
                new AssignmentLayout(settings.xds().regionOrder(), weights.byLoad()));
        newest = new NewestSnapshot(builder, names, namesOfOthers, weights, System::nanoTime);
    }

    void start(@Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegistryMetrics metrics) {
        for (Reason reason : Reason.values()) {
            metrics.xdsLeftOut(reason.wireName(), () -> leftOut(reason));
        }
        tasks.start("xds_snapshot", INTERVAL, () -> migration.done() && isWanted(), this::refresh);
    }

    /** @param consumer gets each snapshot from now on, and the newest at once where there is one */
    synchronized void follow(Consumer<MeshSnapshot> consumer) {
        newest.follow(consumer);
    }

    /**
     * The newest snapshot.
     *
     * @throws MeshUnavailableException while not all nodes and their addresses are known, or none has been registered
     */
    MeshSnapshot current() {
        if (newest.ask(MonotonicTime.now())) {
            refresh();
        }
        MeshSnapshot now = newest.ready();
        if (now == null) {
            throw new MeshUnavailableException(
                    "since this replica started not all nodes and their addresses have been found yet,"
                            + " or no node has been registered");
        }
        return now;
    }

    /**
     * The same for people, who may know as well that no node is registered.
     *
     * @throws MeshUnavailableException while not all nodes and their addresses are known
     */
    MeshSnapshot shown() {
        try {
            return current();
        } catch (MeshUnavailableException e) {
            if (isOfNoNodes()) {
                return MeshSnapshot.NONE;
            }
            throw e;
        }
    }

    private synchronized boolean isOfNoNodes() {
        return newest.isOfNoNodes();
    }

    private int leftOut(Reason reason) {
        MeshSnapshot now = newest.ready();
        return now == null ? 0 : now.leftOutCounts().getOrDefault(reason, 0);
    }

    private synchronized boolean isWanted() {
        return settings.xds().isOn() || newest.forgetUnlessAsked(MonotonicTime.now());
    }

    private synchronized void refresh() {
        Optional<Known> last = view.lastKnown();
        if (last.isEmpty()) {
            return;
        }
        if (weights.byLoad()) {
            view.askForLoads();
        }
        Known known = last.get();
        boolean withOthers = settings.xds().scope() == XdsSettings.Scope.ALL;
        boolean othersRead = !withOthers || regions.areRead(); // before the nodes, so that these are no older
        List<OtherRegion> others = withOthers ? regions.inOrder() : List.of();
        boolean anyNode = known.table().size() > 0 || others.stream().anyMatch(each -> each.known().table().size() > 0);
        RemovalSafety safety = new RemovalSafety(
                progress.caughtUpAt().orElse(null), view.historyFollowedFor(), anyNode,
                settings.reconcile().startGrace());
        newest.refresh(
                new Source(known, view.refused() == 0, safety.allows(Instant.now()), others, othersRead),
                MonotonicTime.now());
    }
}
