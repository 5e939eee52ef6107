// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.Listener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Envoy's own classes, as gRPC has copied them: whether a message is what they know, to its innermost field. */
final class EnvoyMessages {

    static final String LISTENER = url(Listener.getDefaultInstance());
    static final String ROUTES = url(RouteConfiguration.getDefaultInstance());
    static final String CLUSTER = url(Cluster.getDefaultInstance());
    static final String ENDPOINTS = url(ClusterLoadAssignment.getDefaultInstance());

    private static final Map<String, Message> KNOWN = Stream.<Message>of(
            Listener.getDefaultInstance(), RouteConfiguration.getDefaultInstance(), Cluster.getDefaultInstance(),
            ClusterLoadAssignment.getDefaultInstance(), Router.getDefaultInstance(),
            // whose import would be longer than a line
            DynamicMessage.getDefaultInstance(
                    HttpFilter.getDescriptor().getFile().findMessageTypeByName("HttpConnectionManager")))
            .collect(Collectors.toMap(EnvoyMessages::url, Function.identity()));

    private EnvoyMessages() {}

    private static String url(Message message) {
        return "type.googleapis.com/" + message.getDescriptorForType().getFullName();
    }

    /** Places in the message, such as {@code .endpoints}, that have fields or types which Envoy's classes do not. */
    static List<String> unknown(Message message) {
        List<String> unknown = new ArrayList<>();
        look("", message, unknown);
        return unknown;
    }

    private static void look(String place, Message message, List<String> unknown) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            unknown.add(place + ": fields " + message.getUnknownFields().asMap().keySet());
        }
        if (message instanceof Any any) {
            unpack(place, any, unknown);
        }
        message.getAllFields().forEach((field, value) -> {
            for (Object each : value instanceof Collection<?> many ? many : List.of(value)) {
                if (each instanceof Message inner) {
                    look(place + "." + field.getName(), inner, unknown);
                }
            }
        });
    }

    private static void unpack(String place, Any any, List<String> unknown) {
        Message known = KNOWN.get(any.getTypeUrl());
        if (known == null) {
            unknown.add(place + ": type " + any.getTypeUrl());
            return;
        }
        try {
            look(place + "<" + known.getDescriptorForType().getName() + ">",
                    known.getParserForType().parseFrom(any.getValue()), unknown);
        } catch (InvalidProtocolBufferException e) {
            unknown.add(place + ": " + e.getMessage());
        }
    }
}
