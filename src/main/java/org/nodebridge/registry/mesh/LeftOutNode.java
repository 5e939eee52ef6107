// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A node that no caller receives in a service, and why.
 *
 * @param region of a node of another registry the name by which we know that; {@code null} for our own
 * @param service in which it would be
 * @param detail such as the host name or what is wrong with the URL, or {@code null}
 */
@Schema(name = "XdsLeftOut", requiredProperties = {"node_id", "service", "reason"})
public record LeftOutNode(String nodeId, String region, String service, Reason reason, String detail) {

    /** Why a node is not sent. */
    @Schema(name = "XdsLeftOutReason")
    public enum Reason {
        /** It names no endpoint with an address and a port. */
        NO_ADDRESS,
        /** Its endpoint's URL has no port that could be called. */
        NO_PORT,
        /** Its host name has not been found, or not yet. */
        UNRESOLVED,
        /** {@code registry.probe.allowed-addresses} does not have its address. */
        FORBIDDEN_ADDRESS,
        /** Another node of the service has the same address and port; clients refuse a service with both. */
        DUPLICATE_ADDRESS,
        /** There are more services than are made. */
        TOO_MANY_SERVICES,
        /** No service can have the name of its endpoint. */
        BAD_NAME,
        /** Its endpoint has no URL that a node may announce: another program has written one with port 0, say. */
        BAD_URL;

        static final String NAMES = Stream.of(values()).map(Reason::wireName).collect(Collectors.joining(", "));

        static Optional<Reason> ofWireName(String name) {
            return Stream.of(values()).filter(reason -> reason.wireName().equals(name)).findFirst();
        }

        /** As the API has it. */
        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
