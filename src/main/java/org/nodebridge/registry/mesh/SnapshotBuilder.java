// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;
import org.nodebridge.registry.mesh.MeshEndpoint.Health;
import org.nodebridge.registry.mesh.NodeTargets.Target;
import org.nodebridge.registry.mesh.ResolvedNames.Resolution;

/**
 * Makes services of nodes. What has not changed since the last time is the same object, by which others know that there
 * is nothing to send. For one thread at a time.
 */
final class SnapshotBuilder {

    private static final int MAX_SERVICES = 10_000;
    private static final int MAX_LISTED = 1_000;

    private final NodeTargets targets;
    private final ResolvedNames names;
    private final AssignmentLayout layout;
    private int generation;

    SnapshotBuilder(NodeTargets targets, ResolvedNames names, AssignmentLayout layout) {
        this.targets = targets;
        this.names = names;
        this.layout = layout;
    }

    /** What is gathered of one service. */
    private static final class Draft {

        private final List<MeshEndpoint> endpoints = new ArrayList<>();
        private final List<MeshEndpoint> suspects = new ArrayList<>();
        private boolean unresolved;
        private boolean pending;
        private boolean overLimit;
    }

    /**
     * @param before the last one, or {@code null}
     * @param complete whether these are all nodes there are, so that a service that is missing has none
     * @param awaitsNames whether a service that was not served before is withheld until each name has been looked up
     * @param weight of each node
     */
    MeshSnapshot build(
            List<DiscoveredNode> nodes, long revision, MeshSnapshot before, boolean complete,
            boolean awaitsNames,
            ToIntFunction<DiscoveredNode> weight) {
        generation++;
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        List<LeftOutNode> leftOut = new ArrayList<>();
        LeftOutSink sink = (node, target, reason) -> {
            counts.merge(reason, 1, Integer::sum);
            if (leftOut.size() < MAX_LISTED) {
                leftOut.add(new LeftOutNode(node, target.service(), reason, target.host()));
            }
        };
        List<List<Target>> targetsOf = nodes.stream().map(targets::of).toList();
        targets.forgetOthers();
        Set<String> overLimit = overLimit(targetsOf, before);
        SortedMap<String, Draft> drafts = new TreeMap<>();
        for (int i = 0; i < targetsOf.size(); i++) {
            DiscoveredNode node = nodes.get(i);
            for (Target target : targetsOf.get(i)) {
                Draft draft = drafts.computeIfAbsent(target.service(), name -> new Draft());
                if (overLimit.contains(target.service())) {
                    draft.overLimit = true;
                    sink.leaveOut(node.nodeId(), target, Reason.TOO_MANY_SERVICES);
                } else {
                    place(node, target, weight.applyAsInt(node), draft, sink);
                }
            }
        }
        names.forgetBefore(generation);
        SortedMap<String, MeshService> services = new TreeMap<>();
        drafts.forEach((name, draft) -> services.put(name, service(name, draft, before, awaitsNames, sink)));
        if (before != null && !complete) {
            before.services().forEach(services::putIfAbsent);
        }
        return new MeshSnapshot(revision, services, List.copyOf(leftOut), counts);
    }

    /**
     * Services that are withheld, as there are too many: never one of a node type, of which there are few, and of
     * endpoints' rather those that callers have not been told of; then by name, so that replicas agree.
     */
    private static Set<String> overLimit(List<List<Target>> targetsOf, MeshSnapshot before) {
        Set<String> named = new HashSet<>();
        targetsOf.forEach(each -> each.stream().skip(1).map(Target::service).forEach(named::add));
        if (named.size() <= MAX_SERVICES) {
            return Set.of();
        }
        Comparator<String> servedFirst = Comparator.comparing(name -> !isServed(name, before));
        return named.stream().sorted(servedFirst.thenComparing(Comparator.naturalOrder())).skip(MAX_SERVICES)
                .collect(Collectors.toSet());
    }

    private static boolean isServed(String name, MeshSnapshot before) {
        MeshService service = before == null ? null : before.services().get(name);
        return service != null && !service.isWithheld();
    }

    private interface LeftOutSink {
        void leaveOut(String nodeId, Target target, Reason reason);
    }

    private void place(DiscoveredNode node, Target target, int weight, Draft draft, LeftOutSink sink) {
        if (target.host() == null || target.port() < 1 || target.port() > 65_535) {
            sink.leaveOut(node.nodeId(), target, target.host() == null ? Reason.NO_ADDRESS : Reason.NO_PORT);
            return;
        }
        Resolution found = names.of(target.host(), generation);
        if (found.address() == null) {
            draft.unresolved |= !found.forbidden();
            draft.pending |= !found.tried();
            sink.leaveOut(
                    node.nodeId(), target, found.forbidden() ? Reason.FORBIDDEN_ADDRESS : Reason.UNRESOLVED);
            return;
        }
        Health health = health(node);
        MeshEndpoint endpoint = new MeshEndpoint(
                node.nodeId(), found.address(), target.port(), health, node.region() == null ? "" : node.region(),
                Math.max(1, weight));
        boolean suspect = node.leftOut() == DiscoveredNode.LeftOut.SUSPECT;
        (suspect ? draft.suspects : draft.endpoints).add(endpoint);
    }

    private static Health health(DiscoveredNode node) {
        DiscoveredNode.LeftOut reason = node.leftOut();
        if (reason == null) {
            return Health.HEALTHY;
        }
        return switch (reason) {
            case DRAINING, CORDONED -> Health.DRAINING;
            case SUSPECT, CRITICAL -> Health.UNHEALTHY;
            // of a named endpoint that is callable, where the node's own address is not
            case NOT_CALLABLE -> Health.HEALTHY;
        };
    }

    private MeshService service(
            String name, Draft draft, MeshSnapshot before, boolean awaitsNames, LeftOutSink sink) {
        // as in routing: where nobody else is left, those who may live are better than nobody
        boolean lastResort = draft.endpoints.stream().noneMatch(MeshEndpoint::isHealthy);
        List<MeshEndpoint> all = new ArrayList<>(draft.endpoints);
        draft.suspects.forEach(each -> all.add(lastResort ? each.with(Health.HEALTHY) : each));
        List<MeshEndpoint> unique = new ArrayList<>(all.size());
        Set<String> addresses = new HashSet<>();
        // of two with one address the one that can be called
        all.sort((one, other) -> Integer.compare(one.health().ordinal(), other.health().ordinal()));
        for (MeshEndpoint each : all) {
            if (addresses.add(each.address() + ' ' + each.port())) {
                unique.add(each);
            } else {
                sink.leaveOut(
                        each.nodeId(), new Target(name, each.address() + " port " + each.port(), each.port()),
                        Reason.DUPLICATE_ADDRESS);
            }
        }
        MeshService last = before == null ? null : before.services().get(name);
        boolean isPart = awaitsNames && draft.pending && (last == null || last.isWithheld());
        boolean withheld = isPart || draft.overLimit || unique.isEmpty() && draft.unresolved;
        MeshService made = new MeshService(name, unique, withheld, layout);
        return made.isSameAs(last) ? last : made;
    }
}
