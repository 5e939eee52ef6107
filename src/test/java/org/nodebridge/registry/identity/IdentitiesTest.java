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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.IdentitySettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

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

        assertThat(judged.get(0)).isEqualTo(by("key/us", events.get(0)));
        assertThat(judged.subList(1, 4)).allSatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(Unidentified.class, unidentified -> assertThat(unidentified.error().toString())
                        .isEqualTo("headers.node-identity: is of key/them, and the node belongs to key/us")));
        assertThat(judged.get(4)).as("after a rotation").isEqualTo(by("key/us", events.get(4)));
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

        List<NodeEvent> bySenders =
                List.of(by("key/us", events.get(0)), by("key/them", events.get(1)), events.get(2));
        assertThat(identities.judge(claimed)).isEqualTo(bySenders);
        assertThat(counted).isEqualTo(Map.of("accepted", 1L, "conflict", 1L, "missing", 1L));

        postgresAway = true;
        assertThat(identities.judge(claimed)).as("while PostgreSQL is unavailable").isEqualTo(bySenders);
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
    void believesNoProducerAboutWhenItSentARecord() {
        Identities identities = identities("enforce");

        assertThat(Stream.of(TimestampType.LOG_APPEND_TIME, TimestampType.CREATE_TIME).map(type -> identities
                .claimed(NODE.introduced(at(0)), record(type), NOW).claim().holds()))
                .as("the claim had held at the time that the record has, and has expired since")
                .containsExactly(true, false);
        assertThat(identities.topicsWithoutAppendTime()).containsExactly("node-introspection.v1");
    }

    private ConsumerRecord<byte[], byte[]> record(TimestampType type) {
        return new ConsumerRecord<>(
                "node-introspection.v1", 0, 0, THEN, type, 0, 0, null, new byte[0], ours.claim(), Optional.empty());
    }

    @Test
    void wantsADigestWhereIdentitiesAreEnforced() {
        assertThat(Stream.of("off", "observe", "enforce")
                .map(mode -> settings(Map.of("registry.identity.mode", mode)).digestRequired()))
                .containsExactly(false, false, true);
        assertThat(settings(Map.of(
                "registry.identity.mode", "enforce", "registry.identity.require-digest", "false")).digestRequired())
                .isFalse();
        assertThat(settings(Map.of(
                "registry.identity.mode", "observe", "registry.identity.require-digest", "true")).digestRequired())
                .isTrue();
    }

    private IdentitySettings settings(Map<String, String> given) {
        Map<String, String> values = new HashMap<>(given);
        values.put("registry.identity.keys-file", keys.toString());
        return RegistrySettings.read(key -> Optional.ofNullable(values.get(key))).identity();
    }

    @Test
    void asksNothingWhenItIsOff() {
        Identities identities = identities("off");
        ClaimedEvent event = claimed(identities, NODE.introduced(at(0)), new RecordHeaders());

        assertThat(identities.judge(List.of(event))).containsExactly(event.event());
        assertThat(looks).isZero();
        assertThat(counted).isEmpty();
    }

    /** The same event, with its proven sender. */
    private static NodeEvent by(String sender, NodeEvent event) {
        return ((NodeEvent.OfNode) event).by(sender);
    }

    private static ClaimedEvent claimed(Identities identities, NodeEvent event, Headers headers) {
        return identities.claimed(event, headers, new byte[0], THEN, NOW);
    }

    private Identities identities(String mode) {
        Map<String, String> values =
                Map.of("registry.identity.mode", mode, "registry.identity.keys-file", keys.toString(),
                        "registry.identity.require-digest", "false");
        return new Identities(
                RegistrySettings.read(key -> Optional.ofNullable(values.get(key))), new Owners(), new Counts());
    }

    private final class Owners extends NodeOwnersRepository {

        @Override
        public Map<String, String> find(Collection<String> nodeIds) {
            looks++;
            if (postgresAway) {
                throw new StoreUnavailableException("PostgreSQL is unavailable", null);
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
