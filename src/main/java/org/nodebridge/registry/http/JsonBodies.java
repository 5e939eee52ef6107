// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.WireJson;

/** Reads the bodies of requests within {@code registry.limits.*}, as records are read. Safe for many threads. */
@ApplicationScoped
public class JsonBodies {

    private final WireJson json;

    /** For the proxy only. */
    public JsonBodies() {
        json = null;
    }

    @Inject
    public JsonBodies(RegistrySettings settings) {
        json = new WireJson(settings.limits().limits());
    }

    /**
     * Reads a body; an empty one is an object without members.
     *
     * @param members what may be in it
     * @throws InvalidInputException when it is not one object, holds more than it may, or has another member
     */
    public JsonBody read(byte[] body, Set<String> members) {
        return new JsonBody(json, body, members);
    }
}
