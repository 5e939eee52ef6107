// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * One node as each store has it.
 *
 * @param agree whether Consul shows what the row says; {@code null} when Consul did not say what it has
 * @param consul what stands in Consul where the node's entry does; {@code null} for nothing, or not known
 * @param consulError why Consul did not say; {@code null} when it did
 * @param differences where they differ; empty where they agree or that is not known
 */
public record StoreComparison(
        Boolean agree, InPostgres postgres, InConsul consul, String consulError, List<Difference> differences) {

    /**
     * What the row says.
     *
     * @param revision counts up whenever a Consul write becomes pending
     * @param confirmed whether Consul has confirmed this revision; where it has not, it is being written
     * @param entry what Consul is to show; {@code null} when it is to show nothing
     */
    public record InPostgres(String status, long revision, boolean confirmed, Entry entry) {}

    /**
     * What Consul has.
     *
     * @param consulNode the Consul node it stands under; {@code null} for that of the local agent
     * @param modifyIndex Consul's index of its last change; {@code null} where Consul does not tell
     */
    public record InConsul(String consulNode, Long modifyIndex, Entry entry) {}

    /**
     * A service and its check.
     *
     * @param check passing, warning or critical; {@code null} for none or, in what is to be, for any
     */
    public record Entry(
            String service, String address, int port, List<String> tags, Map<String, String> meta, String check) {

        static Entry of(ComparedNode node) {
            ServiceEntry entry = node.entry();
            return entry == null
                    ? null
                    : new Entry(entry.name(), entry.address(), entry.port(), entry.tags(), entry.meta(),
                            node.check().probeDecides() && node.check().mayBeProbed()
                                    ? null
                                    : node.check().status().wireName());
        }

        static Entry of(CatalogInstance instance) {
            return new Entry(
                    instance.serviceName(), instance.address(), instance.port(), instance.tags(), instance.meta(),
                    instance.status() == null ? null : instance.status().wireName());
        }
    }

    /**
     * @param field service, address, port, tags, weight, proxied, check, or meta with the key after a dot; with
     *     sidecar and a dot before it, or sidecar alone, of the node's sidecar proxy
     * @param postgres what it is to be; {@code null} for nothing
     * @param consul what it is; {@code null} for nothing
     */
    public record Difference(String field, String postgres, String consul) {

        static Difference of(Drift.Field field) {
            return new Difference(field.field(), field.expected(), field.actual());
        }
    }

    static StoreComparison unknown(ToolRegistration row, ComparedNode node, String why) {
        return new StoreComparison(null, inPostgres(row, node), null, why, List.of());
    }

    /**
     * @param instance what stands in Consul; {@code null} for nothing
     * @param sidecar the same of its sidecar proxy
     */
    static StoreComparison of(ToolRegistration row, ComparedNode node, CatalogInstance instance,
            CatalogInstance sidecar) {
        List<Difference> differences =
                Differences.between(node, instance, sidecar).stream().map(Difference::of).toList();
        // a node that is to be found, but of which no entry can be made, is in no way what Consul has
        boolean shown = node.discoverable() || !row.status().discoverable();
        return new StoreComparison(
                shown && differences.isEmpty(), inPostgres(row, node), inConsul(instance), null, differences);
    }

    private static InPostgres inPostgres(ToolRegistration row, ComparedNode node) {
        return new InPostgres(row.status().wireName(), row.revision(), row.catalogCurrent(), Entry.of(node));
    }

    private static InConsul inConsul(CatalogInstance instance) {
        return instance == null
                ? null
                : new InConsul(
                        instance.consulNode().isEmpty() ? null : instance.consulNode(),
                        instance.modifyIndex() == 0 ? null : instance.modifyIndex(), Entry.of(instance));
    }
}
