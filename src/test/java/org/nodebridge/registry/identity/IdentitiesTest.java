// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.NodeOwnersRepository;
import org.nodebridge.registry.store.StoreUnavailableException;

class IdentitiesTest {

    private static final NodeOnTheWire NODE = NodeOnTheWire.named("a");
    private static final Instant NOW = Signer.EXPIRY.plusSeconds(600);
    private static final long THEN = Signer.EXPIRY.minusSeconds(600).toEpochMilli();

    private final Signer ours = Signer.named("ours");
    private final Signer rotated = Signer.named("rotated");
    private final Signer theirs = Signer.named("theirs");
    private final Map<String, String> owners = new HashMap<>();
    private final Map<String, Long> counted = new HashMap<>();
    private boolean postgresAway;
    private int looks;

    @TempDir
    Path files;

    private Path keys;

    @BeforeEach
    void trustThemAll() throws IOException {
        keys = Files.writeString(files.resolve("keys.json"), Signer.keySet(
                ours.inKeySet("us"), rotated.inKeySet("us"), theirs.inKeySet("them")));
    }

    @Test
    void letsNobodySpeakForANodeOfAnother() {
        Identities identities = identities("enforce");
        List<NodeEvent> events = List.of(
                NODE.introduced(at(0)), NODE.introduced(at(1)), NODE.departed(at(2)),
                NODE.heartbeat(at(3), HealthStatus.CRITICAL), NODE.introduced(at(4)));

        List<NodeEvent> judged = identities.judge(List.of(
                claimed(identities, events.get(0), ours.claim()), claimed(identities, events.get(1), theirs.claim()),
                claimed(identities, events.get(2), theirs.claim()), claimed(identities, events.get(3), theirs.claim()),
                claimed(identities, events.get(4), rotated.claim())));

        assertThat(judged.get(0)).isSameAs(events.get(0));
        assertThat(judged.subList(1, 4)).allSatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(Unidentified.class, unidentified -> assertThat(unidentified.error().toString())
                        .isEqualTo("headers.node-identity: is of key/them, and the node belongs to key/us")));
        assertThat(judged.get(4)).as("after a rotation").isSameAs(events.get(4));
        assertThat(counted).isEqualTo(Map.of("accepted", 2L, "conflict", 3L));
        assertThat(looks).as("questions to PostgreSQL for a batch").isOne();
    }

    @Test
    void setsAsideWhatNobodyVouchesForAndAsksNobodyAboutIt() {
        Identities identities = identities("enforce");
        postgresAway = true;

        List<NodeEvent> judged = identities.judge(List.of(
                claimed(identities, NODE.introduced(at(0)), new RecordHeaders()),
                claimed(identities, NODE.introduced(at(1)), Signer.named("ours").claim()),
                claimed(identities, new Ignored("topology_diff"), new RecordHeaders())));

        assertThat(judged).hasExactlyElementsOfTypes(Unidentified.class, Unidentified.class, Ignored.class);
        assertThat(counted).isEqualTo(Map.of("missing", 1L, "invalid", 1L));
    }

    @Test
    void decidesNothingWithoutPostgres() {
        Identities identities = identities("enforce");
        postgresAway = true;
        List<ClaimedEvent> events = List.of(claimed(identities, NODE.introduced(at(0)), ours.claim()));

        assertThatThrownBy(() -> identities.judge(events)).isInstanceOf(StoreUnavailableException.class);
        assertThat(counted).isEmpty();
    }

    @Test
    void givesNoNodeAnOwnerByAHeartbeat() {
        Identities identities = identities("enforce");

        identities.judge(List.of(claimed(identities, NODE.heartbeat(at(0), null), theirs.claim())));
        assertThat(owners).isEmpty();

        identities.judge(List.of(claimed(identities, NODE.departed(at(0)), ours.claim())));
        assertThat(owners).isEqualTo(Map.of("a", "key/us"));
    }

    @Test
    void onlyCountsWhileItObserves() {
        Identities identities = identities("observe");
        List<NodeEvent> events = List.of(NODE.introduced(at(0)), NODE.introduced(at(1)), NODE.departed(at(2)));
        List<ClaimedEvent> claimed = List.of(
                claimed(identities, events.get(0), ours.claim()), claimed(identities, events.get(1), theirs.claim()),
                claimed(identities, events.get(2), new RecordHeaders()));

        assertThat(identities.judge(claimed)).isEqualTo(events);
        assertThat(counted).isEqualTo(Map.of("accepted", 1L, "conflict", 1L, "missing", 1L));

        postgresAway = true;
        assertThat(identities.judge(claimed)).as("while PostgreSQL is away").isEqualTo(events);
    }

    @Test
    void foretellsWithoutGivingAnOwner() {
        Identities identities = identities("enforce");
        owners.put("b", "key/them");
        NodeOnTheWire other = NodeOnTheWire.named("b");
        Stream<ClaimedEvent> events = Stream.of(
                claimed(identities, NODE.introduced(at(0)), ours.claim()),
                claimed(identities, NODE.introduced(at(1)), theirs.claim()),
                claimed(identities, other.introduced(at(0)), ours.claim(claims -> claims.setSubject("b"))));

        List<NodeEvent> foretold = identities.foretell(events.toList());

        assertThat(foretold.stream().map(Unidentified.class::isInstance)).containsExactly(false, true, true);
        assertThat(owners).containsOnlyKeys("b");
        assertThat(counted).isEmpty();
    }

    @Test
    void judgesARecordWithoutACredibleTimeAsOfNow() {
        Identities identities = identities("enforce");

        assertThat(Stream.of(THEN, -1L, NOW.toEpochMilli() + 1).map(timestamp -> identities
                .claimed(NODE.introduced(at(0)), ours.claim(), new byte[0], timestamp, NOW)
                .claim().holds()))
                .containsExactly(true, false, false);
    }

    @Test
    void asksNothingWhenItIsOff() {
        Identities identities = identities("off");
        ClaimedEvent event = claimed(identities, NODE.introduced(at(0)), new RecordHeaders());

        assertThat(identities.judge(List.of(event))).containsExactly(event.event());
        assertThat(looks).isZero();
        assertThat(counted).isEmpty();
    }

    private static ClaimedEvent claimed(Identities identities, NodeEvent event, Headers headers) {
        return identities.claimed(event, headers, new byte[0], THEN, NOW);
    }

    private Identities identities(String mode) {
        Map<String, String> values =
                Map.of("registry.identity.mode", mode, "registry.identity.keys-file", keys.toString());
        return new Identities(
                RegistrySettings.read(key -> Optional.ofNullable(values.get(key))), new Owners(), new Counts());
    }

    private final class Owners extends NodeOwnersRepository {

        @Override
        public Map<String, String> find(Collection<String> nodeIds) {
            looks++;
            if (postgresAway) {
                throw new StoreUnavailableException("PostgreSQL is away", null);
            }
            return nodeIds.stream().filter(owners::containsKey).collect(Collectors.toMap(id -> id, owners::get));
        }

        @Override
        public Map<String, String> bind(Collection<String> nodeIds, Map<String, String> wanted) {
            if (!postgresAway) {
                wanted.forEach(owners::putIfAbsent);
            }
            return find(nodeIds);
        }
    }

    private final class Counts extends RegistryMetrics {

        Counts() {
            super(null);
        }

        @Override
        public void identities(String outcome, long count) {
            counted.merge(outcome, count, Long::sum);
        }
    }
}
