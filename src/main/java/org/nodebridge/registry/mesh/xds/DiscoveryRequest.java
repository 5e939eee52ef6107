// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client asks for, of {@code envoy.service.discovery.v3.DiscoveryRequest} as much as is used here.
 *
 * @param versionInfo of the last answer that the client has accepted; empty for none
 * @param node who asks; {@code null} where the client does not say so again
 * @param names of the resources; empty for all of them
 * @param typeUrl of the resources
 * @param nonce of the answer that this acknowledges or refuses; empty for none
 * @param error why that answer was refused; {@code null} where it was not
 */
public record DiscoveryRequest(
        String versionInfo, Node node, List<String> names, String typeUrl, String nonce, String error) {

    static final int MAX_NAMES = 2_000;
    static final int MAX_TEXT = 512;
    private static final int MAX_ERROR = 1_000;

    /**
     * A client.
     *
     * @param id as it calls itself
     * @param region of its locality; empty for none
     * @param userAgent which library in which version
     */
    public record Node(String id, String region, String userAgent) {

        /** One that does not identify itself. */
        public static final Node UNKNOWN = new Node("", "", "");
    }

    /** @throws MalformedMessageException when it is none, or longer than it may be */
    public static DiscoveryRequest read(byte[] message) throws MalformedMessageException {
        String version = "";
        Node node = null;
        List<String> names = new ArrayList<>();
        String type = "";
        String nonce = "";
        String error = null;
        ProtoFields fields = new ProtoFields(message);
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> version = bounded(fields.text(), MAX_TEXT, "version_info");
                case 2 -> node = node(fields.message());
                case 3 -> names.add(bounded(fields.text(), MAX_TEXT, "a resource's name"));
                case 4 -> type = bounded(fields.text(), MAX_TEXT, "type_url");
                case 5 -> nonce = bounded(fields.text(), MAX_TEXT, "response_nonce");
                case 6 -> error = error(fields.message());
                default -> {}
            }
            if (names.size() > MAX_NAMES) {
                throw new MalformedMessageException("asks for more than " + MAX_NAMES + " resources");
            }
        }
        return new DiscoveryRequest(version, node, List.copyOf(names), type, nonce, error);
    }

    /**
     * Reads a request of REST.
     *
     * @throws MalformedMessageException when it is none, or longer than it may be
     */
    public static DiscoveryRequest readJson(byte[] body) throws MalformedMessageException {
        return DiscoveryJson.read(body);
    }

    private static Node node(ProtoFields fields) throws MalformedMessageException {
        String id = "";
        String region = "";
        String agent = "";
        String agentVersion = "";
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> id = bounded(fields.text(), MAX_TEXT, "node.id");
                case 4 -> region = region(fields.message());
                case 6 -> agent = bounded(fields.text(), MAX_TEXT, "node.user_agent_name");
                case 7 -> agentVersion = bounded(fields.text(), MAX_TEXT, "node.user_agent_version");
                default -> {}
            }
        }
        return new Node(id, region, (agent + " " + agentVersion).strip());
    }

    private static String region(ProtoFields locality) throws MalformedMessageException {
        String region = "";
        for (int field = locality.next(); field != 0; field = locality.next()) {
            if (field == 1) {
                region = bounded(locality.text(), MAX_TEXT, "node.locality.region");
            }
        }
        return region;
    }

    /** Of {@code google.rpc.Status} the message. */
    private static String error(ProtoFields status) throws MalformedMessageException {
        String message = "";
        for (int field = status.next(); field != 0; field = status.next()) {
            if (field == 2) {
                message = status.text();
            }
        }
        return message.length() > MAX_ERROR ? message.substring(0, MAX_ERROR) : message;
    }

    static String bounded(String text, int most, String what) throws MalformedMessageException {
        if (text.length() > most) {
            throw new MalformedMessageException(what + " is longer than " + most + " characters");
        }
        return text;
    }
}
