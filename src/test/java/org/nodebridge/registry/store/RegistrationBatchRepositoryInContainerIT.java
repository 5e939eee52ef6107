// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.replay.Forecast;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

/** Introductions under the version guard, and what becomes of a batch, in PostgreSQL. */
class RegistrationBatchRepositoryInContainerIT extends InPostgres {

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void keepsEveryFieldOfWhatANodeSays() {
        EventVersion version = at(7L, 1);

        store(NODE.introduced(version));

        ToolRegistration row = registrations.find(ID).orElseThrow();
        assertThat(row.description())
                .usingRecursiveComparison()
                .ignoringFields("capabilities", "metadata")
                .isEqualTo(NODE.description());
        assertThat(row.capabilities()).isEqualTo("{\"hash\": {\"größe\": 0.5, \"max_throughput\": 1000}}");
        assertThat(row.metadata()).isEqualTo("{\"owner\": \"東京 \\\"quoted\\\" \\\\ {x,y}\"}");
        assertThat(row.contentVersion()).isEqualTo(version);
        assertThat(row.status()).isEqualTo(RegistrationStatus.ACTIVE);
        assertThat(row.checkStatus()).isEqualTo("passing");
        assertThat(row.lastHeartbeat()).as("none has come").isNull();
        assertThat(row.lastSeenAt().instant()).isEqualTo(version.eventTime());
        assertThat(row.lastSeenBy()).isEqualTo("registration");
        assertThat(row.leaseExpiresAt().instant()).isEqualTo(version.eventTime().plus(settings.leases().ttl("effect")));
        assertThat(rows.of(ID).path("health_endpoint").asText()).isEqualTo(NODE.description().healthEndpoint());
        assertThat(rows.of(ID).path("correlation_id").asText()).isEqualTo("correlation-1");
    }

    @Test
    void createsThenUpdatesThenLeavesUnchanged() {
        StoredEvent created = store(NODE.introduced(at(0))).only();
        StoredEvent updated = store(NODE.capableOf("sign").introduced(at(1))).only();
        pendingWrites.confirm(Map.of(ID, 2L));
        StoredEvent unchanged = store(NODE.capableOf("sign").introduced(at(2))).only();

        assertThat(created).isEqualTo(new StoredEvent(ID, Outcome.CREATED, null, 1, true, "passing"));
        assertThat(updated).isEqualTo(new StoredEvent(ID, Outcome.UPDATED, null, 2, true, "passing"));
        assertThat(unchanged).isEqualTo(new StoredEvent(ID, Outcome.UNCHANGED, null, 2, false, "passing"));
        assertThat(rows.of(ID).path("capabilities").has("sign")).isTrue();
    }

    @Test
    void leavesTheRowAsItIsWhenAnOlderEventArrivesLate() {
        store(NODE.introduced(at(10)));
        JsonNode before = rows.of(ID);

        assertThat(outcome(NODE.capableOf("old").introduced(at(9)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.introduced(at(9)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.departed(at(9)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.departedWithoutType(at(9)))).isEqualTo(Outcome.STALE);

        assertThat(rows.of(ID)).isEqualTo(before);
    }

    @Test
    void takesTheVerySameEventAgainForUnchangedAndStillPending() {
        EventVersion version = at(1);
        store(NODE.introduced(version));
        JsonNode before = rows.of(ID);

        StoredEvent again = store(NODE.introduced(version)).only();

        assertThat(again).isEqualTo(new StoredEvent(ID, Outcome.UNCHANGED, null, 1, true, "passing"));
        assertThat(rows.of(ID)).isEqualTo(before);
    }

    @Test
    void breaksATieOfTimesByTheEventId() {
        Instant time = at(0).eventTime();
        EventVersion low = new EventVersion(null, time, UUID.fromString("7fffffff-0000-4000-8000-000000000000"));
        EventVersion high = new EventVersion(null, time, UUID.fromString("80000000-0000-4000-8000-000000000000"));
        store(NODE.introduced(low));

        assertThat(outcome(NODE.capableOf("sign").introduced(high))).isEqualTo(Outcome.UPDATED);
        assertThat(outcome(NODE.introduced(low))).isEqualTo(Outcome.STALE);
    }

    @Test
    void takesTheLaterOffsetOfTwoEventsOfOneTimeForAnyIds() {
        EventVersion earlier = new EventVersion(null, at(0).eventTime(), new UUID(-1, -1)).at(position(8));
        EventVersion later = new EventVersion(null, at(0).eventTime(), new UUID(0, 0)).at(position(10));
        store(NODE.introduced(earlier));

        assertThat(outcome(NODE.capableOf("sign").introduced(later))).isEqualTo(Outcome.UPDATED);
        assertThat(outcome(NODE.introduced(earlier))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.departed(new EventVersion(null, at(0).eventTime(), new UUID(-1, -1)).at(position(9)))))
                .as("a departure between the two").isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.departed(new EventVersion(null, at(0).eventTime(), new UUID(0, 1)).at(position(11)))))
                .isEqualTo(Outcome.UPDATED);
        assertThat(outcome(NODE.introduced(later))).as("read again").isEqualTo(Outcome.STALE);
    }

    /** Another replica may have read the second copy first; then what lies between is stale there, and so it is. */
    @Test
    void takesAnEventThatLiesTwiceForUnchangedButForItsPlace() {
        EventVersion first = at(0).at(position(8));
        store(NODE.introduced(first));
        JsonNode before = rows.of(ID);

        assertThat(outcome(NODE.introduced(first.at(position(10))))).isEqualTo(Outcome.UNCHANGED);

        assertThat(rows.of(ID).path("revision")).isEqualTo(before.path("revision"));
        assertThat(rows.of(ID).path("last_heartbeat")).isEqualTo(before.path("last_heartbeat"));
        assertThat(outcome(NODE.capableOf("sign").introduced(
                new EventVersion(null, first.eventTime(), new UUID(-1, -1)).at(position(9)))))
                .isEqualTo(Outcome.STALE);
    }

    /** As a replica of the version before leaves it, which writes the event's id and not its position. */
    @Test
    void takesThePositionOfAnotherEventForNone() {
        store(NODE.introduced(at(0).at(position(100))));
        rows.execute("UPDATE tool_registrations SET event_id = '00000000-0000-4000-8000-000000000001',"
                + " event_timestamp = event_timestamp + interval '1 second'");

        assertThat(outcome(NODE.capableOf("sign").introduced(
                new EventVersion(null, at(1).eventTime(), new UUID(0, 0)).at(position(50)))))
                .isEqualTo(Outcome.UPDATED);
    }

    private static String position(long offset) {
        return SourcePosition.of("node-introspection.v1", 3, offset);
    }

    @Test
    void putsTheEpochBeforeTheTime() {
        store(NODE.introduced(at(5L, 100)));

        assertThat(outcome(NODE.capableOf("restarted").introduced(at(6L, 0)))).isEqualTo(Outcome.UPDATED);
        assertThat(outcome(NODE.introduced(at(5L, 200)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.departed(at(5L, 200)))).isEqualTo(Outcome.STALE);
        assertThat(rows.of(ID).path("epoch").asLong()).isEqualTo(6);
    }

    /** As another program may have written it: every event of the node would be stale for ever. */
    @ParameterizedTest
    @ValueSource(strings = {
        "epoch = 9223372036854775807, event_epoch = 9223372036854775807", "epoch = 100000000000000",
        "event_epoch = 9223372036854775807", "event_timestamp = 'infinity'",
        "event_timestamp = '294276-12-31 UTC', epoch = 9223372036854775807", "event_timestamp = '9999-12-31 UTC'",
        "event_timestamp = '2999-12-31 UTC'"})
    void takesAnEpochOrATimeThatNoEventCanHaveForNone(String columns) {
        for (NodeEvent next : List.of(NODE.introduced(at(7L, 10)), NODE.introduced(at(10)),
                NODE.capableOf("other").introduced(at(7L, 10)), NODE.capableOf("other").introduced(at(10)),
                NODE.departed(at(10)))) {
            clear();
            store(NODE.introduced(at(0)));
            rows.execute("UPDATE tool_registrations SET " + columns);

            ToolRegistration row = registrations.find(ID).orElseThrow();
            assertThat(Forecast.of((OfNode) next, row)).as("a dry run of " + next).isNotEqualTo(Forecast.STALE);
            assertThat(outcome(next)).as(next.toString()).isNotEqualTo(Outcome.STALE);

            assertThat(rows.number("SELECT COALESCE(epoch, 0) FROM tool_registrations")).isIn(0L, 7L);
            assertThat(rows.time(ID, "event_timestamp")).isEqualTo(at(10).eventTime());
            assertThat(outcome(NODE.capableOf("older").introduced(at(9)))).as("the guard is back")
                    .isEqualTo(Outcome.STALE);
        }
    }

    @Test
    void takesANewEpochForAChangeThoughTheContentIsTheSame() {
        store(NODE.introduced(at(5L, 0)));

        assertThat(outcome(NODE.introduced(at(6L, 1)))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void putsAnEventWithoutEpochIntoTheEpochItsNodeIsIn() {
        store(NODE.introduced(at(5L, 100)));

        assertThat(outcome(NODE.capableOf("old").introduced(at(99)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.capableOf("new").introduced(at(101)))).isEqualTo(Outcome.UPDATED);
        assertThat(rows.of(ID).path("epoch").asLong()).isEqualTo(5);
        assertThat(outcome(NODE.introduced(at(4L, 200)))).isEqualTo(Outcome.STALE);
    }

    @Test
    void aDepartureWithoutEpochOutlivesAnOlderIntroductionOfAnEpochThatWasNotKnownYet() {
        store(NODE.introduced(at(5L, 100)));
        store(NODE.departed(at(200)));

        assertThat(outcome(NODE.capableOf("restarted").introduced(at(6L, 150)))).isEqualTo(Outcome.STALE);
        assertThat(rows.of(ID).path("status").asText()).isEqualTo("departed");
        assertThat(outcome(NODE.introduced(at(4L, 300)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.capableOf("restarted").introduced(at(6L, 250)))).isEqualTo(Outcome.CREATED);
    }

    @Test
    void comparesTimesWhereTheRowHasNoEpochYet() {
        store(NODE.introduced(at(100)));

        assertThat(outcome(NODE.introduced(at(9L, 99)))).isEqualTo(Outcome.STALE);
        assertThat(outcome(NODE.introduced(at(1L, 101)))).isEqualTo(Outcome.UPDATED);
        assertThat(rows.of(ID).path("epoch").asLong()).isEqualTo(1);
    }

    @Test
    void renewsAnUnchangedNodeAndTouchesNothingElse() {
        store(NODE.introduced(at(1L, 0)));
        JsonNode before = rows.of(ID);
        EventVersion later = at(1L, 60);

        store(NODE.introduced(later));

        List<String> changed = new ArrayList<>();
        JsonNode after = rows.of(ID);
        before.fieldNames().forEachRemaining(name -> {
            if (!after.path(name).equals(before.path(name))) {
                changed.add(name);
            }
        });
        assertThat(changed).containsExactlyInAnyOrder(
                "event_timestamp", "event_id", "event_position_of", "last_seen_at", "lease_expires_at");
        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(later.eventTime().plus(settings.leases().ttl("effect")));
    }

    @Test
    void neverShortensALease() {
        Instant receivedLate = at(100).eventTime();
        store(NODE.introduced(at(0), receivedLate));

        store(NODE.introduced(at(1)));
        assertThat(rows.time(ID, "lease_expires_at")).isEqualTo(receivedLate.plus(settings.leases().ttl("effect")));
        store(NODE.capableOf("sign").introduced(at(2)));
        assertThat(rows.time(ID, "lease_expires_at")).isEqualTo(receivedLate.plus(settings.leases().ttl("effect")));
        assertThat(rows.time(ID, "last_seen_at")).isEqualTo(receivedLate);
    }

    @Test
    void noFigureOfAnotherProgramKeepsANodeFromIntroducingItselfOrLeaving() {
        int time = 0;
        for (String columns : List.of("flapped_at = now(), flaps = 2147483647", "lease_ttl_seconds = 'NaN'",
                "lease_ttl_seconds = 1e308", "lease_ttl_seconds = '-Infinity'", "probe_failures = 2147483647",
                "event_timestamp = '9999-12-31 23:59:59.999999+00'")) {
            NodeOnTheWire node = NodeOnTheWire.named(columns);
            store(node.introduced(at(time++)));
            rows.execute("UPDATE tool_registrations SET status = 'suspect', check_status = 'critical', "
                    + columns + " WHERE status = 'active'");
            ToolRegistration row = registrations.findAll(List.of(columns), found -> found).get(0);
            Instant asked = row.outranking(at(time++).eventTime());

            assertThat(outcome(node.introduced(new EventVersion(null, asked, new UUID(-1, -1)))))
                    .as(columns).isEqualTo(Outcome.UPDATED);
            rows.execute("UPDATE tool_registrations SET " + columns + " WHERE status = 'active'");
            Instant left = registrations.findAll(List.of(columns), found -> found).get(0).outranking(asked);
            assertThat(outcome(node.backIn(Duration.ofSeconds(1), new EventVersion(null, left, new UUID(-1, -1)))))
                    .as(columns).isEqualTo(Outcome.UPDATED);
        }
    }

    @Test
    void saysOfARowThatATriggerKeepsAsItIsThatPostgresRefusesIt() {
        store(NODE.introduced(at(0)));
        rows.execute("CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                + " CREATE TRIGGER keeps BEFORE INSERT OR UPDATE ON tool_registrations FOR EACH ROW"
                + " WHEN (NEW.tool_id IN ('" + ID + "', 'kept')) EXECUTE FUNCTION keeps()");
        try {
            for (NodeEvent event : List.of(NODE.introduced(at(1)), NODE.capableOf("sign").introduced(at(1)),
                    NODE.departed(at(1)), NODE.heartbeat(at(1), HealthStatus.HEALTHY),
                    NodeOnTheWire.named("kept").introduced(at(1)))) {
                assertThatThrownBy(() -> store(event)).as(event.toString()).isInstanceOf(StoreRefusedException.class)
                        .hasMessageContaining("keeps the row as it is");
            }
            assertThat(outcome(NODE.departed(at(-1)))).isEqualTo(Outcome.STALE);
        } finally {
            rows.execute("DROP TRIGGER keeps ON tool_registrations; DROP FUNCTION keeps()");
        }
        assertThat(outcome(NODE.departed(at(1)))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void aRehearsalKeepsNothingAndFailsWherePostgresFailsAtAllRows() {
        repository.rehearse();

        assertThat(rows.number("SELECT count(*) FROM tool_registrations")).isZero();
        assertThat(rows.number("SELECT count(*) FROM registration_history")).isZero();
        rows.execute("ALTER TABLE registration_history RENAME COLUMN actor TO lost");
        try {
            assertThatThrownBy(() -> repository.rehearse()).isInstanceOf(StoreException.class);
        } finally {
            rows.execute("ALTER TABLE registration_history RENAME COLUMN lost TO actor");
        }
        repository.rehearse();
    }

    @Test
    void keepsNothingOfABatchWithARowThatPostgresRefuses() {
        store(NODE.introduced(at(0)));
        JsonNode before = rows.of(ID);
        NodeOnTheWire tooLong = NodeOnTheWire.named("z".repeat(256));

        assertThatThrownBy(() -> store(
                NODE.capableOf("sign").introduced(at(1)),
                NodeOnTheWire.named("b").introduced(at(1)),
                NodeOnTheWire.named("c").departed(at(1)),
                tooLong.introduced(at(1))))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageNotContaining("zzz");
        assertThatThrownBy(() -> store(NodeOnTheWire.named("d").introduced(at(1)), tooLong.departed(at(1))))
                .isInstanceOf(StoreRefusedException.class);

        assertThat(rows.of(ID)).isEqualTo(before);
        assertThat(rows.number("SELECT count(*) FROM tool_registrations")).isOne();
    }

    @Test
    void keepsTheInstantOfAnEventInTheHourThatComesTwice() {
        for (String instant : List.of("2026-10-25T00:30:00.123456Z", "2026-10-25T01:30:00Z", "2026-03-29T01:30:00Z")) {
            NodeOnTheWire node = NodeOnTheWire.named(instant);
            store(node.introduced(new EventVersion(null, Instant.parse(instant), UUID.randomUUID())));

            assertThat(rows.time(instant, "event_timestamp")).isEqualTo(instant);
        }
    }
}
