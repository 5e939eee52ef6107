// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import org.nodebridge.registry.http.JsonFormat;

/** A report as PostgreSQL keeps it and the HTTP interface shows it: whichever replica is asked has only this. */
final class ReconciliationReportJson {

    private ReconciliationReportJson() {}

    static String of(ReconciliationReport report) {
        try {
            // what a person wrote into Consul may have U+0000, which JSONB does not keep
            return JsonFormat.mapper().writeValueAsString(report).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
