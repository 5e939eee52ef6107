// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A heartbeat over HTTP is in PostgreSQL when its answer is there. */
class HeartbeatsApiIT {

    private final Registry registry = Registry.shared();

    @Test
    void renewsTheLeaseAtOnceWithAnEmptyBody() {
        String nodeId = registered();
        Instant before = leaseEnd(nodeId);

        // again where PostgreSQL's clock was read again meanwhile, which may put the replica's back a little
        eventually().untilAsserted(() -> {
            Answer answer = beat(nodeId, "");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode renewal = answer.json();
            assertThat(renewal.path("node_id").textValue()).isEqualTo(nodeId);
            assertThat(renewal.path("status").textValue()).isEqualTo("active");
            assertThat(renewal.path("health").textValue()).isEqualTo("passing");
            assertThat(renewal.size()).isEqualTo(4);
            assertThat(leaseEnd(nodeId)).isAfter(before);
            assertThat(Instant.parse(renewal.path("lease_expires_at").textValue())).isEqualTo(leaseEnd(nodeId));
        });
    }

    @Test
    void bringsAChangedHealthAndTheLoadToBothStores() {
        String nodeId = registered();

        Answer answer = beat(nodeId, "{'node_id': '" + nodeId + "', 'node_type': 'effect', 'health_status': 'degraded',"
                + " 'uptime_seconds': 60, 'active_operations': 7}");

        assertThat(answer.json().path("health").textValue()).isEqualTo("warning");
        assertThat(registry.row(nodeId).orElseThrow().path("active_operations").intValue()).isEqualTo(7);
        eventually().untilAsserted(() -> assertThat(registry.consulService(nodeId))
                .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo("warning")));
    }

    @Test
    void registersNobody() {
        String nodeId = Registry.uniqueId("beats");

        RegistrationsApiIT.isProblem(beat(nodeId, ""), 404, "not-registered");
        RegistrationsApiIT.isProblem(beat(nodeId, "{'node_type': 'effect'}"), 404, "not-registered");

        assertThat(registry.row(nodeId)).isEmpty();
    }

    @Test
    void bringsNoDepartedNodeBack() {
        String nodeId = registered();
        registry.delete("/api/v1/registrations/" + nodeId);

        RegistrationsApiIT.isProblem(beat(nodeId, ""), 404, "not-registered");

        assertThat(registry.row(nodeId).orElseThrow().path("status").textValue()).isEqualTo("departed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'node_id': 'another'}           | node_id",
        "{'node_type': 'reducer'}         | node_type",
        "{'node_type': 'registry'}        | node_type",
        "{'health_status': 'fine'}        | health_status",
        "{'cpu_usage_percent': 101}       | cpu_usage_percent",
        "no JSON                          | $",
    })
    void namesTheFieldThatIsNotValid(String body, String field) {
        String nodeId = registered();
        Instant before = leaseEnd(nodeId);

        Answer answer = beat(nodeId, body);

        RegistrationsApiIT.isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
        assertThat(leaseEnd(nodeId)).isEqualTo(before);
    }

    @Test
    void saysOfWhatPostgresWillNeverTakeTheSameAsOfARegistration() {
        String nodeId = registered();
        registry.stores()
                .execute("ALTER TABLE tool_registrations ADD CONSTRAINT no_such_load CHECK (tool_id <> '" + nodeId
                        + "' OR active_operations IS NULL OR active_operations < 1000) NOT VALID");
        try {
            Answer answer = beat(nodeId, "{'active_operations': 1000}");

            RegistrationsApiIT.isProblem(answer, 422, "store-refused");
            assertThat(answer.json().path("detail").textValue()).contains("no_such_load");
        } finally {
            registry.stores().execute("ALTER TABLE tool_registrations DROP CONSTRAINT no_such_load");
        }
    }

    @Test
    void isForTheOperatorOnly() {
        String nodeId = registered();

        Answer answer = registry.send(registry.request(path(nodeId)).POST(BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(401);
    }

    private String registered() {
        String nodeId = Registry.uniqueId("beats");
        assertThat(registry.post("/api/v1/registrations", RegistrationsApiIT.payload(nodeId)).status()).isEqualTo(201);
        return nodeId;
    }

    private Answer beat(String nodeId, String body) {
        var request = Registry.asOperator(registry.request(path(nodeId)));
        return body.isEmpty()
                ? registry.send(request.POST(BodyPublishers.noBody()))
                : registry.send(request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private Instant leaseEnd(String nodeId) {
        return NodeFacts.instant(registry.row(nodeId).orElseThrow().path("lease_expires_at").textValue());
    }

    private static String path(String nodeId) {
        return "/api/v1/registrations/" + Registry.encoded(nodeId) + "/heartbeat";
    }
}
