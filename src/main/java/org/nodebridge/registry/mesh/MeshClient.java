// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;

/**
 * A client that has a stream open.
 *
 * @param id as it calls itself; may be empty
 * @param signedInAs how it was let in
 * @param region its own; empty for none
 * @param userAgent which library in which version
 * @param waiting whether it has yet to be served
 * @param subscriptions what it asks for, by type
 * @param lastNack the last answer that it refused, or {@code null}
 */
@Schema(name = "XdsClient", requiredProperties = {
    "id", "address", "signed_in_as", "region", "user_agent", "connected_at", "waiting", "subscriptions"
})
public record MeshClient(
        String id, String address, String signedInAs, String region, String userAgent, Instant connectedAt,
        boolean waiting, List<Subscribed> subscriptions, MeshNack lastNack) {

    private static final int MAX_NAMES = 10;

    /**
     * What it asks for of one type.
     *
     * @param names the first of them; none where it asks for all
     * @param total how many names there are
     * @param sentVersion of the last answer; empty for none
     * @param acknowledgedVersion of the last answer that it accepted; empty for none
     */
    @Schema(name = "XdsSubscription",
            requiredProperties = {"type", "names", "total", "sent_version", "acknowledged_version"})
    public record Subscribed(
            String type, List<String> names, int total, String sentVersion, String acknowledgedVersion) {}

    static MeshClient of(AdsStream stream, String address, String who, Instant since) {
        Node node = stream.node();
        return new MeshClient(
                node.id(), address, who, node.region(), node.userAgent(), since, stream.isWaiting(),
                stream.subscriptions().entrySet().stream()
                        .map(each -> subscribed(each.getKey(), each.getValue())).toList(),
                stream.lastNack());
    }

    private static Subscribed subscribed(ResourceType type, Subscription subscription) {
        return new Subscribed(
                type.wireName(), subscription.names().stream().sorted().limit(MAX_NAMES).toList(),
                subscription.names().size(), subscription.sentVersion(), subscription.acknowledged());
    }
}
