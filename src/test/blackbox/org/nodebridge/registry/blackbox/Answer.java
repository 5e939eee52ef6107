// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;

/** What an HTTP request was answered with. */
record Answer(int status, HttpHeaders headers, String body) {

    /** The body as JSON. */
    JsonNode json() {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(status + " with no JSON: " + body, e);
        }
    }

    /** The header's value; empty when it is not there. */
    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The content type without its parameters. */
    String mediaType() {
        return header("Content-Type").split(";")[0].strip();
    }
}
