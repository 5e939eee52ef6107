// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;

/** A report as PostgreSQL keeps it and the HTTP interface shows it: whichever replica is asked has only this. */
final class ReconciliationReportJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(Include.NON_NULL, Include.NON_NULL))
            .build();

    private ReconciliationReportJson() {}

    static String of(ReconciliationReport report) {
        try {
            // what somebody wrote into Consul by hand may have U+0000, which JSONB does not keep
            return JSON.writeValueAsString(report).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
