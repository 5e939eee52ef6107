// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** What {@code /health/ready} says. */
final class Health {

    private Health() {}

    /** The readiness checks by their names, whether the registry is ready or not. */
    static Map<String, JsonNode> checks(Registry registry) {
        Map<String, JsonNode> checks = new HashMap<>();
        registry.get("/health/ready")
                .json()
                .path("checks")
                .forEach(check -> checks.put(check.path("name").textValue(), check));
        return checks;
    }
}
