// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.drift.Drift.Field;

/** In which fields an entry is not what the row says. */
final class Differences {

    private static final String SIDECAR = "sidecar";

    private final List<Field> fields = new ArrayList<>();
    private final String prefix;

    private Differences(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The same where either may be nothing: then it is the service that one has and the other has not.
     *
     * @param instance what stands in Consul; {@code null} for nothing
     */
    public static List<Field> between(ComparedNode node, CatalogInstance instance, CatalogInstance sidecar) {
        List<Field> all = new ArrayList<>(between(node, instance));
        all.addAll(ofSidecar(node, sidecar));
        return List.copyOf(all);
    }

    private static List<Field> between(ComparedNode node, CatalogInstance instance) {
        if (node.discoverable() && instance != null) {
            return of(node, instance);
        }
        Differences differences = new Differences("");
        differences.compare(
                "service", node.discoverable() ? node.entry().name() : null,
                instance == null ? null : instance.serviceName());
        return List.copyOf(differences.fields);
    }

    /** The fields that are different, in a fixed order; empty when none is. */
    public static List<Field> of(ComparedNode node, CatalogInstance instance) {
        return of("", node.entry(), node.check(), instance);
    }

    /**
     * The same of the node's sidecar proxy.
     *
     * @param instance what stands in Consul; {@code null} for nothing
     */
    static List<Field> ofSidecar(ComparedNode node, CatalogInstance instance) {
        ComparedNode.Sidecar sidecar = node.sidecar();
        if (sidecar != null && instance != null) {
            return of(SIDECAR + ".", sidecar.entry(), sidecar.check(), instance);
        }
        Differences differences = new Differences("");
        differences.compare(
                SIDECAR, sidecar == null ? null : sidecar.entry().name(),
                instance == null ? null : instance.serviceName());
        return List.copyOf(differences.fields);
    }

    private static List<Field> of(
            String prefix, ServiceEntry entry, ExpectedCheck check, CatalogInstance instance) {
        Differences differences = new Differences(prefix);
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
        differences.compare("proxied", text(entry.proxied()), text(instance.proxied()));
        if (!check.meets(instance)) {
            differences.compare("check", check.expected(instance), check.actual(instance));
        }
        return List.copyOf(differences.fields);
    }

    private static String text(ProxyTarget proxied) {
        return proxied == null ? null : proxied.toString();
    }

    private void compare(String field, String expected, String actual) {
        if (!Objects.equals(expected, actual)) {
            fields.add(new Field(prefix + field, expected, actual));
        }
    }
}
