// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import org.nodebridge.registry.http.NodeIdParameter;

/** Where there is more to see about a node, in the interface and in the console. */
record Links(String nodeId) {

    private static final String API = "/api/v1/";

    String registration() {
        return ofNode("");
    }

    String history() {
        return ofNode("/history");
    }

    String cordon() {
        return ofNode("/cordon");
    }

    String deadLetters() {
        return API + "dead-letters?node_id=" + encoded(nodeId);
    }

    static String deadLetter(String id) {
        return API + "dead-letters/" + encoded(id);
    }

    static String region(String name) {
        return API + "regions/" + encoded(name) + "/registrations";
    }

    static String drift() {
        return API + "drift";
    }

    static String health() {
        return API + "health";
    }

    String nodePage() {
        return "/nodes/" + encoded(nodeId);
    }

    String deadLettersPage() {
        return "/dead-letters?node_id=" + encoded(nodeId) + "&status=";
    }

    static String deadLetterPage(String id) {
        return "/dead-letters/" + encoded(id);
    }

    static String regionPage(String name) {
        return "/regions/" + encoded(name);
    }

    private String ofNode(String rest) {
        String registrations = API + "registrations/";
        return NodeIdParameter.fitsPath(nodeId) && !nodeId.isEmpty()
                ? registrations + encoded(nodeId) + rest
                : registrations + "-" + rest + "?node_id=" + encoded(nodeId);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
