// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.nodebridge.registry.servers.FakeClock;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * PostgreSQL's clock, which decides about leases, is set forwards by more than a lease and back again, as when a
 * standby with another clock takes over: no node that lives may be in doubt for it.
 */
@Tag("chaos")
class PostgresClockIT {

    private static final String NAME = "postgres-clock";
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final int AHEAD = 40;

    private static FakeClock clock;
    private static ServerGroup servers;
    private static Registry registry;

    @BeforeAll
    static void start() throws IOException {
        clock = FakeClock.needed(Backends.emptyDirectory(NAME + "-clock"));
        servers = Backends.prepare(NAME);
        servers.postgres().orElseThrow().withClock(clock);
        servers.start(line -> {});
        KafkaTopics.create(servers.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY);
        registry = Registry.on(servers, Backends.emptyDirectory(NAME + "/liberty"), Map.of(
                "REGISTRY_LEASE_TTL", "PT10S",
                "REGISTRY_LEASE_INTERVAL", "PT1S",
                "REGISTRY_LEASE_FLUSH_INTERVAL", "PT0.5S",
                "REGISTRY_LEASE_SUSPECT_TIME", "PT2S",
                "REGISTRY_PROBE_INTERVAL", "PT1S",
                "REGISTRY_PROBE_TIMEOUT", "PT1S",
                // it is not to be this that keeps them
                "REGISTRY_PRESERVATION_LEAST", "1000"));
        registry.liberty().start();
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.liberty().kill();
        }
        if (servers != null) {
            servers.kill();
        }
    }

    @Test
    @DisabledIfSystemProperty(named = "servers", matches = "containers",
            disabledReason = "its clock is not ours to set")
    void aJumpOfPostgresClockEndsNoLeaseOfWhoLivesAndKeepsNobodyWhoIsDead() throws IOException {
        LeaseEvidence evidence = new LeaseEvidence(registry.stores());
        try (LeasedFleet probed = LeasedFleet.of(registry, "effect", "probed", 6);
                LeasedFleet unprobed = LeasedFleet.withoutEndpoints(registry, "compute", "unprobed", 6)) {
            List<LeasedFleet> fleets = List.of(probed, unprobed);
            fleets.forEach(fleet -> fleet.introduced().beating(BEAT));
            fleets.forEach(evidence::awaitPassing);
            Held held = Held.before(registry);

            clock.set(AHEAD);
            eventually().until(() -> secondsAhead() > AHEAD / 2);
            registers("PostgreSQL's clock jumped forwards: a registration in both stores");
            awaitJump("jumped by " + AHEAD + " seconds");
            Gap forwards = Gap.of("PostgreSQL's clock jumped forwards: until a node that died then has expired");
            expireExactly(evidence, fleets, 1);
            forwards.ended();

            clock.set(0);
            eventually().until(() -> secondsAhead() < AHEAD / 2);
            registers("PostgreSQL's clock jumped back: a registration in both stores");
            awaitJump("jumped by -" + AHEAD + " seconds");
            Gap back = Gap.of("PostgreSQL's clock jumped back: until a node that died then has expired");
            expireExactly(evidence, fleets, 2);
            back.ended();
            eventually().untilAsserted(() -> assertThat(
                    Health.checks(registry).get("postgres").at("/data/message").asText())
                    .contains("clock is not steady"));
            assertThat(Metrics.of(registry).value("registry_clock_jumps_total")).isGreaterThanOrEqualTo(2);
            held.isLetGoBy(registry);
        }
    }

    /** As at any time. */
    private static void registers(String when) {
        PlainNode node = PlainNode.unique(NAME);
        Gap gap = Gap.of(when);
        eventually().until(() -> registry.post("/api/v1/registrations", node.payload()).status() < 202);
        gap.ended();
    }

    /** The first so many of each are dead by then, and all others have never been in doubt. */
    private static void expireExactly(LeaseEvidence evidence, List<LeasedFleet> fleets, int dead) {
        fleets.forEach(fleet -> fleet.kill(fleet.first(dead)));
        // what was renewed while the clock was ahead ends later by as much
        fleets.forEach(fleet -> evidence.awaitExpired(fleet.type(), fleet.first(dead), "lease_expired"));
        fleets.forEach(fleet -> evidence.neverInDoubt(fleet, fleet.without(fleet.first(dead))));
    }

    private static void awaitJump(String said) {
        eventually().untilAsserted(() -> assertThat(registry.liberty().log()).contains(said));
    }

    private static double secondsAhead() {
        return registry.stores()
                .query("SELECT extract(epoch FROM clock_timestamp())::float8 AS now").get(0).path("now").asDouble()
                - System.currentTimeMillis() / 1000.0;
    }
}
