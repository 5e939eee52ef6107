// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.http.InvalidInputException;

/**
 * Which members of each registration are asked for.
 *
 * @param names as they stand in JSON; empty for all
 */
record FieldSelection(Set<String> names) {

    static final FieldSelection ALL = new FieldSelection(Set.of());

    private static final Set<String> KNOWN = Stream.of(RegistrationView.class.getRecordComponents())
            .map(component -> SnakeCaseStrategy.INSTANCE.translate(component.getName()))
            .collect(Collectors.toCollection(LinkedHashSet::new));

    /** @throws InvalidInputException naming those that no registration has */
    public static FieldSelection of(Collection<String> names) {
        Set<String> unknown = new LinkedHashSet<>(names);
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException("fields", "has what is no field: " + unknown + "; there are " + KNOWN);
        }
        return new FieldSelection(Set.copyOf(names));
    }

    /** The page with each registration cut down to what is asked for; a member without a value is absent as ever. */
    public JsonNode of(ObjectNode page) {
        if (!names.isEmpty()) {
            page.path("registrations").forEach(registration -> ((ObjectNode) registration).retain(names));
        }
        return page;
    }
}
