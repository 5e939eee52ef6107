// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What callers of this replica receive by xDS, and who they are.
 *
 * @param enabled whether {@code registry.xds.port} is set
 * @param version of what is served; empty before anything is
 * @param services with how many nodes there are in which state, the first thousand by name
 * @param servicesTotal how many services there are
 * @param leftOut nodes that callers do not receive, the first thousand of those that are asked for
 * @param leftOutMatching how many of those there are, among the first twenty thousand of each reason
 * @param leftOutTotal how many they do not receive in all, by reason
 * @param streams how many there are
 * @param clients the first five hundred of those that have a stream
 * @param nacks the last fifty answers that were refused, the newest first
 */
@Schema(requiredProperties = {
    "enabled", "version", "services", "services_total", "left_out", "left_out_matching", "left_out_total", "streams",
    "clients", "nacks"
})
public record XdsView(
        boolean enabled, String version, List<Service> services, int servicesTotal, List<LeftOutNode> leftOut,
        int leftOutMatching, Map<String, Integer> leftOutTotal, int streams, List<MeshClient> clients,
        List<MeshNack> nacks) {

    private static final int MAX_SERVICES = 1_000;
    private static final int MAX_LEFT_OUT = 1_000;

    /**
     * One service.
     *
     * @param healthy nodes of our own, as the other two
     * @param otherRegions how many nodes of other regions callers receive after them
     * @param withheld whether nothing is said of its nodes, since their host names could not be looked up or there are
     *     too many services
     */
    @Schema(name = "XdsService",
            requiredProperties = {"name", "healthy", "unhealthy", "draining", "other_regions", "withheld"})
    public record Service(
            String name, int healthy, int unhealthy, int draining, int otherRegions, boolean withheld) {

        private static Service of(MeshService service) {
            int[] counts = new int[MeshEndpoint.Health.values().length];
            service.endpoints().stream().filter(each -> !each.remote())
                    .forEach(each -> counts[each.health().ordinal()]++);
            int ours = counts[0] + counts[1] + counts[2];
            return new Service(
                    service.name(), counts[0], counts[1], counts[2], service.endpoints().size() - ours,
                    service.isWithheld());
        }
    }

    static XdsView of(
            boolean enabled, MeshSnapshot snapshot, Predicate<LeftOutNode> asked, int streams, List<MeshClient> clients,
            List<MeshNack> nacks) {
        Map<String, Integer> reasons = new TreeMap<>();
        snapshot.leftOutCounts().forEach((reason, count) -> reasons.put(reason.wireName(), count));
        List<LeftOutNode> leftOut = snapshot.leftOut().stream().filter(asked).toList();
        return new XdsView(
                enabled, snapshot == MeshSnapshot.NONE ? "" : Long.toString(snapshot.revision()),
                snapshot.services().values().stream().limit(MAX_SERVICES).map(Service::of).toList(),
                snapshot.services().size(), leftOut.stream().limit(MAX_LEFT_OUT).toList(), leftOut.size(), reasons,
                streams, clients, nacks);
    }
}
