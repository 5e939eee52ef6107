// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/**
 * An answer by REST. Its version is the revision and a digest of what is in it, so that every replica knows whether a
 * client has that already, and changes of other services are none to it.
 *
 * @param isNew whether the client has not accepted the same already
 */
record RestAnswer(boolean isNew, Map<String, Object> body) {

    private static final int DIGEST_BYTES = 6;

    /** Of answers; another number where the same content is written differently. */
    private static final byte[] FORM = "1".getBytes(StandardCharsets.UTF_8);

    static RestAnswer of(MeshSnapshot snapshot, ResourceType type, DiscoveryRequest asked) {
        List<Map<String, Object>> resources = new ArrayList<>();
        List<byte[]> parts = new ArrayList<>();
        parts.add(FORM);
        String region = (asked.node() == null ? Node.UNKNOWN : asked.node()).region();
        boolean all = asked.names().isEmpty() || asked.names().contains("*");
        Collection<String> names = all ? snapshot.services().keySet() : asked.names();
        for (String name : names) {
            ProtoMessage message = type == ResourceType.CLUSTERS
                    ? cluster(snapshot, name)
                    : assignment(snapshot, name, region);
            if (message != null) {
                resources.add(message.anyJson(type.url()));
                parts.add(message.bytes());
            }
        }
        String content = HexFormat.of().formatHex(Sha256.of(parts), 0, DIGEST_BYTES);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version_info", snapshot.revision() + "-" + content);
        body.put("resources", resources);
        body.put("type_url", type.url());
        return new RestAnswer(!asked.versionInfo().endsWith("-" + content), body);
    }

    private static ProtoMessage cluster(MeshSnapshot snapshot, String name) {
        return snapshot.services().containsKey(name) ? Resources.restCluster(name) : null;
    }

    private static ProtoMessage assignment(MeshSnapshot snapshot, String name, String region) {
        MeshService service = snapshot.services().get(name);
        if (service == null) {
            return new ProtoMessage().text(1, "cluster_name", name);
        }
        return service.isWithheld() ? null : service.message(region);
    }
}
