// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An asynchronous standby is promoted that lacks commits whose offsets are committed; the topics bring them back. */
@Tag("chaos")
class PostgresAsyncFailoverIT {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresAsyncFailoverIT.class);
    private static final long SEED = Long.getLong("model.seed", System.nanoTime());
    private static final Duration LOAD = Duration.ofSeconds(4);

    private static PostgresPair pair;
    private static Registry registry;
    private static LoadOfEvents load;

    @BeforeAll
    static void startServers() throws SQLException {
        pair = PostgresPair.start("async-failover", false);
        registry = pair.registry();
        load = new LoadOfEvents(registry.broker(), SEED, Registry.uniqueId("async"), 100, 200);
    }

    @AfterAll
    static void stopServers() {
        load.close();
        pair.close();
    }

    @Test
    void readsTheTopicsAgainSoThatLostCommitsComeBack() throws SQLException {
        ConsumerGroup group = new ConsumerGroup(pair.servers());
        long tokenBefore = pair.leaderToken();
        try (WatchingClient client = new WatchingClient(List.of(registry), SEED)) {
            load.begin();
            pass(LOAD);
            Held held = Held.before(registry);
            pair.standby().stopFollowing();
            pass(LOAD);
            load.end();
            eventually().untilAsserted(() -> {
                client.keepConnected();
                assertThat(group.lag()).isZero();
                Agreement.of(load.fold(), registry.stores()).assertComplete(SEED);
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(registry.stores()));
            });
            assertThat(Agreement.of(load.fold(), pair.storesOfStandby()).lost()).as("not on the standby").isNotEmpty();

            pair.failOver();
            long promoted = System.nanoTime();

            eventually().untilAsserted(() -> {
                client.keepConnected();
                Agreement.of(load.fold(), pair.storesOfStandby()).assertComplete(SEED);
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(pair.storesOfStandby()));
                assertThat(client.resyncs()).isPositive();
                assertThat(rewinds()).extracting(rewind -> rewind.path("status").asText()).containsExactly("done");
            });
            LOG.atInfo().addKeyValue("gap_ms", Duration.ofNanos(System.nanoTime() - promoted).toMillis())
                    .log("An asynchronous standby was promoted, and what it lacked is back");
            assertThat(client.faults()).isEmpty();
            held.isLetGoBy(registry, pair.storesOfStandby());
            assertThat(pair.leaderToken()).isGreaterThan(tokenBefore);
            eventually().untilAsserted(() -> assertThat(pair.storesOfStandby().query(
                    "SELECT * FROM cluster_timelines WHERE rewound_at IS NULL")).isEmpty());
        }
    }

    private static List<JsonNode> rewinds() {
        return StreamSupport.stream(registry.get("/api/v1/replays").json().path("replays").spliterator(), false)
                .filter(replay -> replay.path("requested_by").asText().equals("failover"))
                .toList();
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
