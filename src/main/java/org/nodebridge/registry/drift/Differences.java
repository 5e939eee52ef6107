// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.drift.Drift.Field;

/** In which fields an entry is not what the row says. */
final class Differences {

    private final List<Field> fields = new ArrayList<>();

    private Differences() {}

    /**
     * The same where either may be nothing: then it is the service that one has and the other has not.
     *
     * @param instance what stands in Consul; {@code null} for nothing
     */
    public static List<Field> between(ComparedNode node, CatalogInstance instance) {
        if (node.discoverable() && instance != null) {
            return of(node, instance);
        }
        Differences differences = new Differences();
        differences.compare(
                "service", node.discoverable() ? node.entry().name() : null,
                instance == null ? null : instance.serviceName());
        return List.copyOf(differences.fields);
    }

    /** The fields that are different, in a fixed order; empty when none is. */
    public static List<Field> of(ComparedNode node, CatalogInstance instance) {
        ServiceEntry entry = node.entry();
        Differences differences = new Differences();
        differences.compare("service", entry.name(), instance.serviceName());
        differences.compare("address", entry.address(), instance.address());
        differences.compare("port", Integer.toString(entry.port()), Integer.toString(instance.port()));
        if (!entry.tags().equals(instance.tags())) {
            differences.compare("tags", entry.tags().toString(), instance.tags().toString());
        }
        TreeSet<String> keys = new TreeSet<>(entry.meta().keySet());
        keys.addAll(instance.meta().keySet());
        keys.forEach(key -> differences.compare("meta." + key, entry.meta().get(key), instance.meta().get(key)));
        differences.compare(
                "weight", Integer.toString(entry.weights().passing()), Integer.toString(instance.weights().passing()));
        if (!node.check().meets(instance)) {
            differences.compare("check", node.check().expected(instance), node.check().actual(instance));
        }
        return List.copyOf(differences.fields);
    }

    private void compare(String field, String expected, String actual) {
        if (!Objects.equals(expected, actual)) {
            fields.add(new Field(field, expected, actual));
        }
    }
}
