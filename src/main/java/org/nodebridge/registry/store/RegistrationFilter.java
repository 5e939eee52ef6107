package org.nodebridge.registry.store;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nodebridge.registry.event.NodeType;

/**
 * Which registrations to show; {@code null} stands for any.
 *
 * @param health passing, warning or critical
 */
public record RegistrationFilter(NodeType type, RegistrationStatus status, String health) {

    /** All of them. */
    public static final RegistrationFilter ANY = new RegistrationFilter(null, null, null);

    /** Attribute of {@link ToolRegistration} to the value it is to have. */
    Map<String, Object> conditions() {
        Map<String, Object> conditions = new LinkedHashMap<>();
        if (type != null) {
            conditions.put("nodeType", type.wireName());
        }
        if (status != null) {
            conditions.put("status", status.wireName());
        }
        if (health != null) {
            conditions.put("checkStatus", health);
        }
        return conditions;
    }
}
