// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.List;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/** Listeners with their routes, and clusters: what leads a client from a service's name to its assignment. */
final class Resources {

    private static final String TYPES = "type.googleapis.com/envoy.extensions.filters.";
    private static final String CONNECTION_MANAGER =
            TYPES + "network.http_connection_manager.v3.HttpConnectionManager";
    private static final String ROUTER = TYPES + "http.router.v3.Router";

    /** What Envoy's bootstrap has to call the cluster by which it reaches the registry over REST. */
    private static final String REGISTRY_CLUSTER = "node-bridge-registry";
    private static final int REST_REFRESH_SECONDS = 5;

    /** Between no answer and no node: how long a connection may take. */
    private static final int CONNECT_SECONDS = 5;

    private Resources() {}

    /** For a channel of gRPC: all calls go to the cluster of the same name. */
    static ProtoMessage listener(String service) {
        ProtoMessage route = new ProtoMessage()
                .message(1, "match", new ProtoMessage().text(1, "prefix", ""))
                .message(2, "route", new ProtoMessage().text(1, "cluster", service));
        ProtoMessage host = new ProtoMessage()
                .text(1, "name", service)
                .texts(2, "domains", List.of("*"))
                .messages(3, "routes", List.of(route));
        ProtoMessage router = new ProtoMessage()
                .text(1, "name", "router")
                .any(4, "typed_config", ROUTER, new ProtoMessage());
        ProtoMessage manager = new ProtoMessage()
                .text(2, "stat_prefix", service)
                .message(4, "route_config", new ProtoMessage()
                        .text(1, "name", service)
                        .messages(2, "virtual_hosts", List.of(host)))
                .messages(5, "http_filters", List.of(router));
        return new ProtoMessage()
                .text(1, "name", service)
                .message(19, "api_listener", new ProtoMessage().any(1, "api_listener", CONNECTION_MANAGER, manager));
    }

    /** A cluster whose assignment comes by the same stream. */
    static ProtoMessage cluster(String service) {
        return cluster(service, version(new ProtoMessage().message(3, "ads", new ProtoMessage())));
    }

    /** A cluster whose assignment is asked for by REST too. */
    static ProtoMessage restCluster(String service) {
        ProtoMessage source = new ProtoMessage()
                .choice(1, "api_type", 1, "REST")
                .texts(2, "cluster_names", List.of(REGISTRY_CLUSTER))
                .seconds(3, "refresh_delay", REST_REFRESH_SECONDS)
                .choice(8, "transport_api_version", 2, "V3");
        return cluster(service, version(new ProtoMessage().message(2, "api_config_source", source)));
    }

    private static ProtoMessage cluster(String service, ProtoMessage source) {
        return new ProtoMessage()
                .text(1, "name", service)
                .choice(2, "type", 3, "EDS")
                .message(3, "eds_cluster_config", new ProtoMessage().message(1, "eds_config", source))
                .seconds(4, "connect_timeout", CONNECT_SECONDS)
                .choice(6, "lb_policy", 0, "ROUND_ROBIN")
                .message(27, "common_lb_config", new ProtoMessage()
                        .message(3, "locality_weighted_lb_config", new ProtoMessage()));
    }

    private static ProtoMessage version(ProtoMessage source) {
        return source.choice(6, "resource_api_version", 2, "V3");
    }
}
