// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.PgBouncer;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * As {@link PostgresFailoverIT}, behind a pooler: the registry's connections stay while another server answers by them,
 * and what the pooler says of the one that is gone is all that it hears.
 */
@Tag("chaos")
class PooledFailoverIT {

    private static final long SEED = Long.getLong("model.seed", System.nanoTime());
    private static final String NAME = "pooled-failover";
    private static final Duration LOAD = Duration.ofSeconds(3);

    private static PgBouncer pooler;
    private static PostgresPair pair;
    private static LoadOfEvents load;

    @BeforeAll
    static void startServers() throws SQLException {
        ServerGroup servers = Backends.start(NAME);
        pooler = Needed.orSkip(
                PgBouncer.before(servers.postgres().orElseThrow(), Backends.emptyDirectory(NAME + "/pooler")),
                PgBouncer.HOW_TO_GET);
        pooler.start();
        // as docs/operations.md says; behind a pooler the role's setting counts, and the pair switches it off
        new Stores(servers, servers.postgres().orElseThrow().database(), "nodebridge").execute(
                "DO $$ BEGIN EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET synchronous_commit = on',"
                        + " current_database()); END $$");
        pair = PostgresPair.start(NAME, true, servers, Map.of(
                "POSTGRES_HOST", "127.0.0.1",
                "POSTGRES_PORT", Integer.toString(pooler.port()),
                "POSTGRES_PREPARE_THRESHOLD", "0"));
        load = new LoadOfEvents(pair.registry().broker(), SEED, Registry.uniqueId("pooled"), 100, 200);
    }

    @AfterAll
    static void stopServers() {
        if (pair != null) {
            load.close();
            pair.close();
        }
        if (pooler != null) {
            pooler.kill();
        }
    }

    @Test
    void losesAndDoublesNothingWhenThePoolerGoesOverToTheStandby() throws SQLException, IOException {
        Registry registry = pair.registry();
        long tokenBefore = pair.leaderToken();
        try (WatchingClient client = new WatchingClient(List.of(registry), SEED)) {
            load.begin();
            pass(LOAD);
            eventually().until(() -> {
                client.keepConnected();
                return client.lastId() != null;
            });
            Held held = Held.before(registry);

            pair.failOver();
            pooler.follow(pair.standby());

            Gap gap = Gap.of("The pooler goes to the promoted standby");
            PlainNode node = PlainNode.unique(NAME);
            eventually().until(() -> registry.post("/api/v1/registrations", node.payload()).status() < 202);
            gap.ended();
            pass(LOAD);
            load.end();

            eventually().untilAsserted(() -> Agreement
                    .of(load.fold(), pair.storesOfStandby(), nodeId -> !nodeId.equals(node.id()))
                    .assertComplete(SEED));
            eventually().until(() -> pair.leaderToken() > tokenBefore);
            assertThat(pair.leaderToken() >> 32).as("timeline in the token").isEqualTo(2);
            eventually().untilAsserted(() -> {
                client.keepConnected();
                assertThat(client.resyncs()).isPositive();
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(pair.storesOfStandby()));
                assertThat(pair.health().path("status").asText()).isEqualTo("healthy");
            });
            assertThat(client.faults()).isEmpty();
            held.isLetGoBy(registry, pair.storesOfStandby());
        }
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
