// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
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

    /** Of each reason: one that very many nodes share hides no other. */
    private static final int MAX_KEPT = 20_000;

    private final Supplier<NodeTargets> newTargets;
    private final ResolvedNames names;
    private final ResolvedNames namesOfOthers;
    private final AssignmentLayout layout;
    private Map<String, NodeTargets> targets = Map.of();
    private int generation;

    /** @param newTargets makes one for each registry */
    SnapshotBuilder(
            Supplier<NodeTargets> newTargets, ResolvedNames names, ResolvedNames namesOfOthers,
            AssignmentLayout layout) {
        this.newTargets = newTargets;
        this.names = names;
        this.namesOfOthers = namesOfOthers;
        this.layout = layout;
    }

    /**
     * The nodes of one registry.
     *
     * @param region by which we know it; empty for our own
     * @param weight of each node
     */
    record Origin(String region, List<DiscoveredNode> nodes, ToIntFunction<DiscoveredNode> weight) {

        boolean isRemote() {
            return !region.isEmpty();
        }
    }

    /** What is gathered of one service. */
    private static final class Draft {

        private final List<MeshEndpoint> endpoints = new ArrayList<>();
        private final List<MeshEndpoint> suspects = new ArrayList<>();
        private final List<MeshEndpoint> remote = new ArrayList<>();
        private boolean ofOurs;
        private boolean unresolved;
        private boolean pending;
        private boolean remotePending;
        private boolean overLimit;
    }

    /**
     * @param origins our own nodes, then those of other registries in the order in which callers get them
     * @param before the last one, or {@code null}
     * @param complete whether these are all nodes there are, so that a service that is missing has none
     * @param awaitsNames whether a service that was not served before is withheld until each name has been looked up
     */
    MeshSnapshot build(
            List<Origin> origins, long revision, MeshSnapshot before, boolean complete, boolean awaitsNames) {
        generation++;
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        List<LeftOutNode> leftOut = new ArrayList<>();
        LeftOutSink sink = (region, node, target, reason) -> {
            if (counts.merge(reason, 1, Integer::sum) <= MAX_KEPT) {
                leftOut.add(new LeftOutNode(
                        node, region.isEmpty() ? null : region, target.service(), reason, target.detail()));
            }
        };
        List<Member> members = members(origins);
        Set<String> overLimit = overLimit(members, before);
        SortedMap<String, Draft> drafts = new TreeMap<>();
        for (Member member : members) {
            for (Target target : member.targets) {
                if (!target.isService()) {
                    sink.leaveOut(member.origin.region, member.node.nodeId(), target, target.refusal());
                    continue;
                }
                Draft draft = drafts.computeIfAbsent(target.service(), name -> new Draft());
                draft.ofOurs |= !member.origin.isRemote();
                if (overLimit.contains(target.service())) {
                    draft.overLimit = true;
                    sink.leaveOut(member.origin.region, member.node.nodeId(), target, Reason.TOO_MANY_SERVICES);
                } else {
                    place(member.origin, member.node, target, draft, sink);
                }
            }
        }
        names.forgetBefore(generation);
        namesOfOthers.forgetBefore(generation);
        SortedMap<String, MeshService> services = new TreeMap<>();
        drafts.forEach((name, draft) -> {
            MeshService last = before == null ? null : before.services().get(name);
            if (!complete && !draft.ofOurs && last != null) {
                last.endpoints().stream().filter(each -> !each.remote()).forEach(draft.endpoints::add);
            }
            services.put(name, service(name, draft, last, awaitsNames, sink));
        });
        if (before != null && !complete) {
            before.services().forEach(services::putIfAbsent);
        }
        return new MeshSnapshot(revision, complete, services, List.copyOf(leftOut), counts);
    }

    private record Member(Origin origin, DiscoveredNode node, List<Target> targets) {}

    private List<Member> members(List<Origin> origins) {
        Map<String, NodeTargets> next = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (Origin origin : origins) {
            NodeTargets of = Optional.ofNullable(targets.get(origin.region)).orElseGet(newTargets);
            origin.nodes.forEach(node -> members.add(new Member(origin, node, of.of(node))));
            of.forgetOthers();
            next.put(origin.region, of);
        }
        targets = next;
        return members;
    }

    /**
     * Services that are withheld, as there are too many: never one of a node type, of which there are few. Of
     * endpoints' services those of other registries are withheld before ours, those that callers have not received
     * before those that they have; then by name, so that replicas agree.
     */
    private static Set<String> overLimit(List<Member> members, MeshSnapshot before) {
        Set<String> named = new HashSet<>();
        Set<String> ours = new HashSet<>();
        members.forEach(each -> each.targets.stream().skip(1).filter(Target::isService).map(Target::service)
                .forEach(name -> {
                    named.add(name);
                    if (!each.origin.isRemote()) {
                        ours.add(name);
                    }
                }));
        if (named.size() <= MAX_SERVICES) {
            return Set.of();
        }
        Comparator<String> oursFirst = Comparator.comparing(name -> !ours.contains(name));
        return named.stream()
                .sorted(oursFirst.thenComparing(name -> !isServed(name, before))
                        .thenComparing(Comparator.naturalOrder()))
                .skip(MAX_SERVICES)
                .collect(Collectors.toSet());
    }

    private static boolean isServed(String name, MeshSnapshot before) {
        MeshService service = before == null ? null : before.services().get(name);
        return service != null && !service.isWithheld();
    }

    private interface LeftOutSink {
        void leaveOut(String region, String nodeId, Target target, Reason reason);
    }

    private void place(Origin origin, DiscoveredNode node, Target target, Draft draft, LeftOutSink sink) {
        if (target.refusal() != null) {
            sink.leaveOut(origin.region, node.nodeId(), target, target.refusal());
            return;
        }
        Resolution found = (origin.isRemote() ? namesOfOthers : names).of(target.host(), generation);
        if (found.address() == null) {
            draft.unresolved |= !found.forbidden();
            draft.pending |= !found.tried() && !origin.isRemote();
            draft.remotePending |= !found.tried() && origin.isRemote();
            sink.leaveOut(origin.region, node.nodeId(), target,
                    found.forbidden() ? Reason.FORBIDDEN_ADDRESS : Reason.UNRESOLVED);
            return;
        }
        String ownRegion = node.region() == null ? "" : node.region();
        MeshEndpoint endpoint = new MeshEndpoint(
                node.nodeId(), found.address(), target.port(), health(node),
                origin.isRemote() ? origin.region : ownRegion, Math.max(1, origin.weight.applyAsInt(node)),
                origin.isRemote());
        boolean suspect = node.leftOut() == DiscoveredNode.LeftOut.SUSPECT && !origin.isRemote();
        (suspect ? draft.suspects : origin.isRemote() ? draft.remote : draft.endpoints).add(endpoint);
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

    private MeshService service(String name, Draft draft, MeshService last, boolean awaitsNames, LeftOutSink sink) {
        boolean oursAreWell = draft.endpoints.stream().anyMatch(MeshEndpoint::isHealthy);
        // as in routing: where no other node is left, suspects are better than none
        boolean lastResort = !oursAreWell && draft.remote.stream().noneMatch(MeshEndpoint::isHealthy);
        List<MeshEndpoint> all = new ArrayList<>(draft.endpoints);
        draft.suspects.forEach(each -> all.add(lastResort ? each.with(Health.HEALTHY) : each));
        // of two with one address ours, as that is where a call from here arrives; else the one that can be called
        List<String> regions = draft.remote.stream().map(MeshEndpoint::region).distinct().toList();
        all.addAll(draft.remote);
        all.sort(Comparator.<MeshEndpoint>comparingInt(each -> each.remote() ? regions.indexOf(each.region()) : -1)
                .thenComparing(MeshEndpoint::health));
        List<MeshEndpoint> unique = new ArrayList<>(all.size());
        Set<String> addresses = new HashSet<>();
        for (MeshEndpoint each : all) {
            if (addresses.add(each.address() + ' ' + each.port())) {
                unique.add(each);
            } else {
                sink.leaveOut(
                        each.remote() ? each.region() : "", each.nodeId(),
                        new Target(
                                name, each.address(), each.port(), Reason.DUPLICATE_ADDRESS,
                                each.address() + " port " + each.port()),
                        Reason.DUPLICATE_ADDRESS);
            }
        }
        // that another registry's names are not known yet keeps no caller from our own nodes
        boolean isPending = draft.pending || draft.remotePending && !oursAreWell;
        boolean isPart = awaitsNames && isPending && (last == null || last.isWithheld());
        boolean withheld = isPart || draft.overLimit || unique.isEmpty() && draft.unresolved;
        MeshService made = new MeshService(name, unique, withheld, layout);
        return made.isSameAs(last) ? last : made;
    }
}
