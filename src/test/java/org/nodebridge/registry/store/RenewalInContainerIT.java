// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;

/** Heartbeats in PostgreSQL. */
class RenewalInContainerIT extends InPostgres {

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void registerOneNode() {
        store(NODE.introduced(at(0)));
        pendingWrites.confirm(Map.of(ID, 1L));
    }

    @Test
    void renewsTheLeaseAndKeepsTheFigures() {
        StoredBatch stored = store(NODE.heartbeat(at(30), HealthStatus.HEALTHY));

        assertThat(stored.renewed()).containsOnly(
                Map.entry(ID, new StoredEvent(ID, Outcome.UNCHANGED, null, 1, false, "passing")));
        JsonNode row = rows.of(ID);
        assertThat(rows.time(ID, "last_heartbeat")).isEqualTo(at(30).eventTime());
        assertThat(rows.time(ID, "last_seen_at")).isEqualTo(at(30).eventTime());
        assertThat(rows.of(ID).path("last_seen_by").asText()).isEqualTo("heartbeat");
        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(at(30).eventTime().plus(settings.leases().ttl("effect")));
        assertThat(row.path("health_status").asText()).isEqualTo("healthy");
        assertThat(row.path("active_operations").asLong()).isEqualTo(30);
        assertThat(row.path("uptime_seconds").asDouble()).isEqualTo(12.5);
        assertThat(row.path("cpu_percent").asDouble()).isEqualTo(33.3);
        assertThat(row.path("memory_mb").asDouble()).isEqualTo(256.0);
    }

    /** As another program may have written it; the table takes any of it. */
    @ParameterizedTest
    @ValueSource(strings = {
        "last_heartbeat = '1582-10-10'", "last_heartbeat = '0044-03-15 BC'", "last_heartbeat = '4713-01-01 BC'",
        "last_heartbeat = '-infinity'", "last_seen_at = '1582-10-10'", "last_seen_at = '0001-01-01 BC'",
        "last_seen_at = '4713-01-01 BC'", "lease_ttl_seconds = 'NaN'", "lease_ttl_seconds = 'Infinity'",
        "lease_ttl_seconds = '-Infinity'", "lease_ttl_seconds = 1e308", "lease_ttl_seconds = -1e308",
        "lease_ttl_seconds = 1e15", "lease_ttl_seconds = -1", "flapped_at = now(), flaps = 2147483647",
        "flapped_at = now(), flaps = -2147483648"
    })
    void noFigureAndNoTimeOfAnotherProgramKeepsANodeFromRenewing(String columns) {
        rows.execute("UPDATE tool_registrations SET last_seen_at = NULL, check_status = 'critical'");
        rows.execute("UPDATE tool_registrations SET " + columns);

        StoredBatch stored = store(NODE.heartbeat(at(30), HealthStatus.HEALTHY));

        assertThat(stored.renewed()).containsKey(ID);
        assertThat(rows.time(ID, "last_heartbeat")).isEqualTo(at(30).eventTime());
        assertThat(rows.time(ID, "lease_expires_at"))
                .isBetween(at(0).eventTime(), at(30).eventTime().plus(settings.leases().ttl("effect")));
    }

    @Test
    void registersNobodyByAHeartbeat() {
        StoredBatch stored = store(NodeOnTheWire.named("unknown").heartbeat(at(1), HealthStatus.HEALTHY));

        assertThat(stored.renewed()).isEmpty();
        assertThat(rows.of("unknown").isMissingNode()).isTrue();
    }

    @Test
    void revivesNobodyByAHeartbeat() {
        store(NODE.departed(at(1)));

        assertThat(store(NODE.heartbeat(at(2), HealthStatus.HEALTHY)).renewed()).isEmpty();
        assertThat(rows.of(ID).path("status").asText()).isEqualTo("departed");
    }

    @Test
    void owesConsulOnlyACheckThatChanges() {
        StoredEvent degraded = store(NODE.heartbeat(at(1), HealthStatus.DEGRADED)).renewed().get(ID);
        pendingWrites.confirm(Map.of(ID, 2L));
        StoredEvent recovering = store(NODE.heartbeat(at(2), HealthStatus.RECOVERING)).renewed().get(ID);
        StoredEvent silent = store(NODE.heartbeat(at(3), null)).renewed().get(ID);
        StoredEvent critical = store(NODE.heartbeat(at(4), HealthStatus.CRITICAL)).renewed().get(ID);

        assertThat(degraded).isEqualTo(new StoredEvent(ID, Outcome.UPDATED, null, 2, true, "warning"));
        assertThat(recovering).isEqualTo(new StoredEvent(ID, Outcome.UNCHANGED, null, 2, false, "warning"));
        assertThat(silent).isEqualTo(new StoredEvent(ID, Outcome.UNCHANGED, null, 2, false, "warning"));
        assertThat(critical).isEqualTo(new StoredEvent(ID, Outcome.UPDATED, null, 3, true, "critical"));
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("critical");
        assertThat(rows.of(ID).path("health_status").asText()).isEqualTo("critical");
    }

    @Test
    void keepsTheFiguresOfTheLatestHeartbeatWhenAnOlderOneArrivesLate() {
        store(NODE.heartbeat(at(20), HealthStatus.HEALTHY));

        store(NODE.heartbeat(at(10), HealthStatus.CRITICAL, at(40).eventTime()));

        JsonNode row = rows.of(ID);
        assertThat(row.path("active_operations").asLong()).isEqualTo(20);
        assertThat(row.path("health_status").asText()).isEqualTo("healthy");
        assertThat(row.path("check_status").asText()).isEqualTo("passing");
        assertThat(row.path("revision").asLong()).isOne();
        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(at(40).eventTime().plus(settings.leases().ttl("effect")));
    }

    /** As another program may have written them: every heartbeat would be late for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "294276-12-31 UTC", "9999-12-31 UTC", "2999-12-31 UTC"})
    void replacesTimesThatNoProgramShouldHaveWritten(String time) {
        rows.execute("UPDATE tool_registrations SET heartbeat_timestamp = '" + time + "', last_heartbeat = '" + time
                + "', last_seen_at = '" + time + "', lease_expires_at = '" + time + "'");

        store(NODE.heartbeat(at(30), HealthStatus.CRITICAL));

        JsonNode row = rows.of(ID);
        assertThat(row.path("health_status").asText()).isEqualTo("critical");
        assertThat(row.path("active_operations").asLong()).isEqualTo(30);
        assertThat(List.of("heartbeat_timestamp", "last_heartbeat", "last_seen_at")).allSatisfy(
                column -> assertThat(rows.time(ID, column)).as(column).isEqualTo(at(30).eventTime()));
        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(at(30).eventTime().plus(settings.leases().ttl("effect")));
    }

    @Test
    void neverShortensALease() {
        store(NODE.heartbeat(at(20), HealthStatus.HEALTHY, at(100).eventTime()));

        store(NODE.heartbeat(at(30), HealthStatus.HEALTHY, at(30).eventTime()));

        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(at(100).eventTime().plus(settings.leases().ttl("effect")));
        assertThat(rows.time(ID, "last_heartbeat")).isEqualTo(at(100).eventTime());
    }

    @Test
    void renewsWhatTheSameBatchIntroduces() {
        NodeOnTheWire newcomer = NodeOnTheWire.named("new");

        StoredBatch stored = store(newcomer.introduced(at(1)), newcomer.heartbeat(at(2), HealthStatus.DEGRADED));

        assertThat(stored.introduced().get("new").outcome()).isEqualTo(Outcome.CREATED);
        assertThat(stored.renewed()).containsOnlyKeys("new");
        assertThat(rows.of("new").path("check_status").asText()).isEqualTo("warning");
    }
}
