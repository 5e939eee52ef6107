// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.drift.StoreComparison;
import org.nodebridge.registry.drift.StoreComparison.Difference;
import org.nodebridge.registry.drift.StoreComparison.Entry;
import org.nodebridge.registry.drift.StoreComparison.InConsul;
import org.nodebridge.registry.drift.StoreComparison.InPostgres;

/**
 * One node as each store has it, both in the form of a Consul service.
 *
 * @param agree whether Consul shows what PostgreSQL says; null when Consul did not say what it has
 * @param consul what stands in Consul; null for nothing, or when Consul did not say
 * @param consulError why Consul did not say; absent when it did
 */
record StoreComparisonView(
        @Schema(nullable = true) @JsonInclude(JsonInclude.Include.ALWAYS) Boolean agree,
        PostgresView postgres,
        @Schema(nullable = true) @JsonInclude(JsonInclude.Include.ALWAYS) ConsulView consul,
        String consulError,
        List<Difference> differences) {

    /**
     * What Consul is to show: service, address, port, tags, meta and check, absent where it is to show nothing.
     *
     * @param rowVersion of the registration; counts up whenever a Consul write becomes pending
     * @param revision the former name of {@code rowVersion}
     * @param confirmed whether Consul has confirmed this version; while it has not, it is being written
     * @param check absent where Consul probes the node itself, so that it may be any
     */
    record PostgresView(
            String status, long rowVersion, long revision, boolean confirmed, String service, String address,
            Integer port,
            List<String> tags, Map<String, String> meta, String check) {

        static PostgresView of(InPostgres row) {
            Entry entry = row.entry();
            return entry == null
                    ? new PostgresView(
                            row.status(), row.revision(), row.revision(), row.confirmed(), null, null, null, null, null,
                            null)
                    : new PostgresView(
                            row.status(), row.revision(), row.revision(), row.confirmed(), entry.service(),
                            entry.address(),
                            entry.port(), entry.tags(), entry.meta(), entry.check());
        }
    }

    /**
     * What Consul shows.
     *
     * @param consulNode the Consul node it stands under; absent for that of the local agent
     * @param modifyIndex Consul's index of its last change; absent where Consul does not tell
     * @param check absent when there is none
     */
    record ConsulView(
            String consulNode, Long modifyIndex, String service, String address, int port, List<String> tags,
            Map<String, String> meta, String check) {

        static ConsulView of(InConsul found) {
            Entry entry = found.entry();
            return new ConsulView(
                    found.consulNode(), found.modifyIndex(), entry.service(), entry.address(), entry.port(),
                    entry.tags(), entry.meta(), entry.check());
        }
    }

    static StoreComparisonView of(StoreComparison compared) {
        return new StoreComparisonView(
                compared.agree(), PostgresView.of(compared.postgres()),
                compared.consul() == null ? null : ConsulView.of(compared.consul()), compared.consulError(),
                compared.differences());
    }
}
