// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.mesh.MeshProblems.MeshUnavailableException;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/**
 * An answer by REST. Its version is the revision and a digest of what is in it, so that every replica knows whether a
 * client has that already, and changes of other services are none to it.
 *
 * @param isNew whether the client has not accepted the same already
 * @param body empty where it has
 */
record RestAnswer(boolean isNew, Map<String, Object> body) {

    private static final int DIGEST_BYTES = 6;

    /** Of answers; another number where the same content is written differently. */
    private static final byte[] FORM = "1".getBytes(StandardCharsets.UTF_8);

    /**
     * @throws MeshUnavailableException where all clusters are asked for by a client that may know some which are not
     *     known here yet
     */
    static RestAnswer of(MeshSnapshot snapshot, ResourceType type, DiscoveryRequest asked) {
        String region = (asked.node() == null ? Node.UNKNOWN : asked.node()).region();
        boolean all = asked.names().isEmpty() || asked.names().contains("*");
        Collection<String> names = all ? snapshot.services().keySet() : new TreeSet<>(asked.names());
        Stream<byte[]> parts = names.stream().map(name -> bytes(snapshot, type, name, region)).filter(Objects::nonNull);
        String content =
                HexFormat.of().formatHex(Sha256.of(Stream.concat(Stream.of(FORM), parts)::iterator), 0, DIGEST_BYTES);
        if (asked.versionInfo().endsWith("-" + content)) {
            return new RestAnswer(false, Map.of());
        }
        if (all && type == ResourceType.CLUSTERS && !snapshot.complete() && !asked.versionInfo().isEmpty()) {
            throw new MeshUnavailableException(
                    "not all nodes may have announced themselves yet, and other clusters have been accepted before");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version_info", snapshot.revision() + "-" + content);
        body.put("resources", names.stream().map(name -> message(snapshot, type, name, region)).filter(Objects::nonNull)
                .map(message -> message.anyJson(type.url())).toList());
        body.put("type_url", type.url());
        return new RestAnswer(true, body);
    }

    /** Of assignments those that are kept: most questions are answered by "nothing new". */
    private static byte[] bytes(MeshSnapshot snapshot, ResourceType type, String name, String region) {
        MeshService service = snapshot.services().get(name);
        if (type == ResourceType.ENDPOINTS && service != null && !service.isWithheld()) {
            return service.assignment(region);
        }
        ProtoMessage message = message(snapshot, type, name, region);
        return message == null ? null : message.bytes();
    }

    /** {@code null} for a resource without an answer. */
    private static ProtoMessage message(MeshSnapshot snapshot, ResourceType type, String name, String region) {
        MeshService service = snapshot.services().get(name);
        if (type == ResourceType.CLUSTERS) {
            return snapshot.mayHave(name) ? Resources.restCluster(name) : null;
        }
        if (service == null) {
            return snapshot.mayHave(name) ? null : new ProtoMessage().text(1, "cluster_name", name);
        }
        return service.isWithheld() ? null : service.message(region);
    }
}
