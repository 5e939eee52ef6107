// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.NameResolverRegistry;
import io.grpc.xds.XdsNameResolverProvider;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an xDS client reads at its start: where the registry is and who the client is.
 *
 * @param port the registry's for xDS, on the loopback address
 * @param region the client's
 */
record MeshBootstrap(int port, String id, String region) {

    private static final AtomicInteger CLIENTS = new AtomicInteger();

    /** As the file that {@code GRPC_XDS_BOOTSTRAP} names. */
    JsonNode json() {
        return Json.object("""
                {'xds_servers': [{'server_uri': '127.0.0.1:%d', 'channel_creds': [{'type': 'insecure'}],
                  'server_features': ['xds_v3']}],
                 'node': {'id': '%s', 'locality': {'region': '%s'}}}""".formatted(port, id, region));
    }

    /** What begins with this scheme is resolved by a gRPC client of its own in this JVM; a JVM has one by default. */
    String scheme() {
        String scheme = "xds-" + CLIENTS.incrementAndGet();
        NameResolverRegistry.getDefaultRegistry().register(XdsNameResolverProvider.createForTest(
                scheme, Json.MAPPER.convertValue(json(), new TypeReference<Map<String, Object>>() {})));
        return scheme;
    }
}
