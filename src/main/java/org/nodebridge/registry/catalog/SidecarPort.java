// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.NodeDescription;

/**
 * The port of a node's own mesh proxy, as its metadata's {@code mesh_proxy_port} gives it: a whole number, or a text of
 * one.
 *
 * @param port 0 where there is none that can be used
 * @param problem why it cannot be used, for a person; {@code null} where it can, or the node names none
 */
public record SidecarPort(int port, String problem) {

    private static final SidecarPort NONE = new SidecarPort(0, null);
    private static final int MAX_PORT = 65_535;
    private static final int LONGEST_SHOWN = 40;

    /** Of a node that callers reach by the first of these endpoints. */
    public static SidecarPort of(NodeDescription node, List<String> addressEndpoints) {
        JsonNode said = node.metadata().path(NodeDescription.MESH_PROXY_PORT);
        if (said.isMissingNode() || said.isNull()) {
            return NONE;
        }
        int port = port(said);
        if (port < 1 || port > MAX_PORT) {
            return unusable("is no port from 1 to " + MAX_PORT + ": " + shown(said));
        }
        CallableAddress place = CallableAddress.of(node.endpoints(), addressEndpoints).orElse(null);
        if (place == null) {
            return unusable("is of no use: " + CallableAddress.obstacle(node.endpoints(), addressEndpoints));
        }
        return place.endpoint().port() == port
                ? unusable("is the port of the endpoint " + place.name() + " itself: " + port)
                : new SidecarPort(port, null);
    }

    /** 0 for none. PostgreSQL writes {@code 2e4} as 20000, so that it has to be the same here. */
    private static int port(JsonNode said) {
        if (said.isTextual()) {
            return (int) Characters.wholeNumber(said.textValue(), MAX_PORT).orElse(0);
        }
        try {
            return said.isNumber() ? said.decimalValue().intValueExact() : 0;
        } catch (ArithmeticException e) {
            return 0;
        }
    }

    private static SidecarPort unusable(String why) {
        return new SidecarPort(0, "metadata." + NodeDescription.MESH_PROXY_PORT + " " + why);
    }

    private static String shown(JsonNode said) {
        String text = said.isValueNode() ? said.asText() : said.getNodeType().name().toLowerCase(Locale.ROOT);
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
