// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An asynchronous standby is promoted that lacks commits whose offsets are committed; the topics bring them back. */
@Tag("chaos")
class PostgresAsyncFailoverIT {

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
            Gap gap = Gap.of("An asynchronous standby was promoted, and what it lacked is back");

            eventually().untilAsserted(() -> {
                client.keepConnected();
                Agreement.of(load.fold(), pair.storesOfStandby()).assertComplete(SEED);
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(pair.storesOfStandby()));
                assertThat(client.resyncs()).isPositive();
                assertThat(statesOfFailovers("replays")).containsExactly("done");
            });
            gap.ended();
            assertThat(client.faults()).isEmpty();
            held.isLetGoBy(registry, pair.storesOfStandby());
            assertThat(pair.leaderToken()).isGreaterThan(tokenBefore);
            eventually().untilAsserted(() -> assertThat(pair.storesOfStandby().query(
                    "SELECT * FROM cluster_timelines WHERE rewound_at IS NULL")).isEmpty());
            // twice where the leader has changed between the two steps
            eventually().untilAsserted(() -> assertThat(statesOfFailovers("reconciliations"))
                    .as("comparisons of Consul with what is back").isNotEmpty().containsOnly("done"));
        }
    }

    /** Of the replays or reconciliations that the registry has requested for a failover. */
    private static List<String> statesOfFailovers(String kind) {
        return StreamSupport.stream(registry.get("/api/v1/" + kind).json().path(kind).spliterator(), false)
                .filter(each -> each.path("requested_by").asText().equals("failover"))
                .map(each -> each.path("status").asText())
                .toList();
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
