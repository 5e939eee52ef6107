// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.region.ImportRepository.Batch;
import org.nodebridge.registry.region.RemoteRecord.Beacon;
import org.nodebridge.registry.region.RemoteRecord.Registration;
import org.nodebridge.registry.region.RemoteRecord.Removal;
import org.nodebridge.registry.region.RemoteRecord.Unreadable;
import org.nodebridge.registry.store.InPostgres;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

/** What PostgreSQL keeps of another region. */
class ImportRepositoryInContainerIT extends InPostgres {

    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);
    private static final UUID THIRD = new UUID(0, 3);
    private static final int MAX_NODES = 10;

    @Inject
    private ImportRepository imports;

    @Inject
    private ClusterLeasesRepository leases;

    private long token;
    private long revision;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void lead() {
        rows.execute("DELETE FROM remote_regions; UPDATE cluster_leases SET expires_at = to_timestamp(0)");
        token = leases.hold(ClusterLeasesRepository.LEADER, "me", Duration.ofMinutes(5)).orElseThrow();
        begin();
    }

    private void begin() {
        assertThat(imports.apply("us", Batch.beginning("topic", Map.of(0, 0L)), token, MAX_NODES)).isTrue();
    }

    private void apply(RemoteRecord... records) {
        assertThat(imports.apply("us", batch(records), token, MAX_NODES)).isTrue();
    }

    private static Batch batch(RemoteRecord... records) {
        return upTo(1, records);
    }

    /** @param position of the record that follows */
    private static Batch upTo(long position, RemoteRecord... records) {
        return new Batch("topic", false, true, List.of(records), 0, null, Map.of(0, position), 0, null, true);
    }

    private Registration node(UUID history, String nodeId) {
        return new Registration(history, 0, ++revision, nodeId, "{}", null, null);
    }

    private void tellAll(UUID history, IntStream numbers) {
        apply(numbers.mapToObj(number -> node(history, "n" + number)).toArray(RemoteRecord[]::new));
    }

    private Unreadable unreadable(UUID history, String nodeId) {
        return new Unreadable(history, 0, ++revision, nodeId);
    }

    private Beacon beacon(UUID history, boolean complete, long nodes) {
        return new Beacon(history, 0, revision, complete, nodes, "us", "registry-1");
    }

    private List<String> nodes() {
        return rows.texts("SELECT node_id FROM remote_registrations WHERE left_at IS NULL ORDER BY node_id");
    }

    private static String[] nodes(IntStream numbers) {
        return numbers.mapToObj(number -> "n" + number).toArray(String[]::new);
    }

    private boolean complete() {
        return rows.number("SELECT count(*) FROM remote_regions WHERE complete") == 1;
    }

    @Test
    void isCompleteWithARecordThatCannotBeRead() {
        apply(beacon(FIRST, false, -1), node(FIRST, "a"), unreadable(FIRST, "b"), beacon(FIRST, true, 2));

        assertThat(complete()).isTrue();
        assertThat(nodes()).containsExactly("a");
    }

    @Test
    void removesWhatAnotherHistoryLacksAlthoughOneRecordCannotBeRead() {
        apply(node(FIRST, "a"), node(FIRST, "b"), node(FIRST, "c"), beacon(FIRST, true, 3));
        apply(node(SECOND, "a"), unreadable(SECOND, "b"), beacon(SECOND, true, 2));

        assertThat(nodes()).as("b was published, though its content is not known").containsExactly("a", "b");
        assertThat(complete()).isTrue();
    }

    @Test
    void isCompleteWithARecordThatPostgresRefuses() {
        rows.execute("ALTER TABLE remote_registrations ADD CONSTRAINT odd CHECK (registration ->> 'odd' IS NULL)");
        try {
            Batch odd = batch(odd("b"));
            assertThatThrownBy(() -> imports.apply("us", odd, token, MAX_NODES))
                    .isInstanceOf(StoreRefusedException.class);
            imports.apply("us", odd.refused(), token, MAX_NODES);
        } finally {
            rows.execute("ALTER TABLE remote_registrations DROP CONSTRAINT odd");
        }
        apply(node(FIRST, "a"), beacon(FIRST, true, 2));

        assertThat(complete()).isTrue();
        assertThat(rows.number("SELECT unreadable FROM remote_regions")).isOne();
    }

    @Test
    void keepsOfARefusedBatchNeitherANodeNorThePositionAndOfAnAcceptedOneBoth() {
        apply(node(FIRST, "before"));
        List<String> before = kept();
        rows.execute("ALTER TABLE remote_registrations ADD CONSTRAINT odd CHECK (registration ->> 'odd' IS NULL)");
        try {
            Batch batch = upTo(7, node(FIRST, "good"), odd("b"), beacon(FIRST, true, 2));
            assertThatThrownBy(() -> imports.apply("us", batch, token, MAX_NODES))
                    .isInstanceOf(StoreRefusedException.class);
        } finally {
            rows.execute("ALTER TABLE remote_registrations DROP CONSTRAINT odd");
        }
        assertThat(kept()).isEqualTo(before).contains("position 1").noneMatch(row -> row.contains("good"));

        assertThat(imports.apply("us", upTo(7, node(FIRST, "good"), odd("b")), token, MAX_NODES)).isTrue();
        assertThat(nodes()).containsExactly("b", "before", "good");
        assertThat(kept()).contains("position 7");
    }

    @Test
    void keepsNoNodeWherePostgresRefusesThePosition() {
        List<String> before = kept();
        rows.execute("ALTER TABLE remote_positions ADD CONSTRAINT odd CHECK (next_offset < 7)");
        try {
            Batch batch = upTo(7, node(FIRST, "good"));
            assertThatThrownBy(() -> imports.apply("us", batch, token, MAX_NODES))
                    .isInstanceOf(StoreRefusedException.class);
        } finally {
            rows.execute("ALTER TABLE remote_positions DROP CONSTRAINT odd");
        }
        assertThat(kept()).isEqualTo(before).contains("position 0");
    }

    private Registration odd(String nodeId) {
        return new Registration(FIRST, 0, ++revision, nodeId, "{\"odd\": true}", null, null);
    }

    /** All that is known of the region: its nodes, up to where its topic has been read, and the link. */
    private List<String> kept() {
        return rows.texts("SELECT node_id || ' ' || revision FROM remote_registrations"
                + " UNION ALL SELECT 'position ' || next_offset FROM remote_positions"
                + " UNION ALL SELECT 'link ' || revision || ' ' || last_seq || ' ' || looked_at FROM remote_regions"
                + " ORDER BY 1");
    }

    @Test
    void knowsHowFarTheTopicIsWhereItsEndIsOfTheHistoryThatIsRead() {
        apply(node(FIRST, "a"), beacon(FIRST, true, 1));
        assertThat(newest()).containsExactly("" + revision);

        readSome(new RecordHeaders(FIRST, 0, revision + 40));
        assertThat(newest()).containsExactly("" + (revision + 39));
        readSome(new RecordHeaders(FIRST, 0, 1));
        assertThat(newest()).as("what is read again is no newer").containsExactly("" + revision);
        readSome(new RecordHeaders(SECOND, 1, 9_000));
        assertThat(newest()).as("another history counts from another beginning").isEmpty();
        readSome(null);
        assertThat(newest()).isEmpty();
        apply(node(FIRST, "c"));
        assertThat(newest()).containsExactly("" + revision);
    }

    /** One more node, and not to the end of the topic. */
    private void readSome(RecordHeaders newest) {
        Batch some = new Batch(
                "topic", false, true, List.of(node(FIRST, "b")), 0, null, Map.of(0, 1L), 50, newest, false);
        assertThat(imports.apply("us", some, token, MAX_NODES)).isTrue();
    }

    private List<String> newest() {
        return rows.texts("SELECT newest_revision::text FROM remote_regions WHERE newest_revision IS NOT NULL");
    }

    @Test
    void countsANodeOnceThatWasUnreadableBeforeItWasReadOrLeft() {
        apply(unreadable(FIRST, "a"), unreadable(FIRST, "a"), unreadable(FIRST, "gone"));
        apply(node(FIRST, "a"), new Removal(FIRST, 0, ++revision, "gone"), unreadable(FIRST, "a"),
                beacon(FIRST, true, 2));
        assertThat(complete()).as("one of two is known").isFalse();

        apply(node(FIRST, "b"), beacon(FIRST, true, 2));
        assertThat(complete()).isTrue();
    }

    @Test
    void doesNotCountWhatWasUnreadableInAnotherReading() {
        apply(unreadable(FIRST, "a"), unreadable(FIRST, "b"));
        begin();
        apply(node(FIRST, "c"), beacon(FIRST, true, 3));
        assertThat(complete()).isFalse();

        apply(unreadable(FIRST, "a"), node(SECOND, "c"), beacon(SECOND, true, 2));
        assertThat(complete()).as("nor in another history").isFalse();
    }

    @Test
    void notesSinceWhenTheNewestRecordOfANodeCannotBeReadUntilOneCan() {
        apply(node(FIRST, "a"), node(FIRST, "b"), node(FIRST, "c"), beacon(FIRST, true, 3));
        long before = rows.number("SELECT last_seq FROM remote_regions");
        apply(unreadable(FIRST, "a"), unreadable(FIRST, "b"), node(FIRST, "b"), unreadable(FIRST, "never"));
        apply(unreadable(FIRST, "a"));

        assertThat(unreadable()).containsExactly("a");
        assertThat(rows.number("SELECT count(*) FROM remote_registrations WHERE seq > " + before)).isEqualTo(2);
        assertThat(rows.number("SELECT count(*) FROM remote_registrations AS r JOIN remote_regions AS g"
                + " ON r.seq > g.last_seq")).as("known to those who follow").isZero();

        apply(node(FIRST, "a"));
        assertThat(unreadable()).isEmpty();
        apply(node(SECOND, "b"), unreadable(SECOND, "c"), beacon(SECOND, true, 2));
        assertThat(unreadable()).as("of a former history").containsExactly("c");
    }

    @Test
    void aTopicThatIsReadAgainIsNoChange() {
        RemoteRecord[] topic = {
            node(FIRST, "a"), node(FIRST, "b"), new Removal(FIRST, 0, ++revision, "gone"), unreadable(FIRST, "a"),
            beacon(FIRST, true, 2)
        };
        apply(topic);
        List<String> before = asWatched();

        begin();
        apply(topic);

        assertThat(asWatched()).isEqualTo(before);
        apply(node(FIRST, "b"));
        assertThat(asWatched()).isNotEqualTo(before);
    }

    private List<String> asWatched() {
        return rows.texts("SELECT node_id || ' ' || seq || ' ' || COALESCE(unreadable_since::text, '')"
                + " FROM remote_registrations ORDER BY node_id");
    }

    private List<String> unreadable() {
        return rows.texts("SELECT node_id FROM remote_registrations WHERE unreadable_since IS NOT NULL"
                + " AND left_at IS NULL ORDER BY node_id");
    }

    @Test
    void keepsTheNumberOfTheLastRemovalThatItHasForgotten() {
        apply(node(FIRST, "a"), node(FIRST, "b"), beacon(FIRST, true, 2));
        apply(new Removal(FIRST, 0, ++revision, "a"));
        long removed = rows.number("SELECT seq FROM remote_registrations WHERE node_id = 'a'");
        imports.prune();
        assertThat(rows.number("SELECT pruned_seq FROM remote_regions")).isZero();

        rows.execute("UPDATE remote_registrations SET left_at = left_at - interval '15 days' WHERE node_id = 'a'");
        imports.prune();

        assertThat(rows.number("SELECT count(*) FROM remote_registrations")).isOne();
        assertThat(rows.number("SELECT pruned_seq FROM remote_regions")).isEqualTo(removed);
    }

    @Test
    void hasRoomForAllNodesOfAnotherHistoryAndThenRemovesTheFormerOnes() {
        tellAll(FIRST, IntStream.range(100, 106));
        apply(beacon(FIRST, true, 6));
        tellAll(SECOND, IntStream.range(200, 206));
        assertThat(nodes()).hasSize(12);

        apply(beacon(SECOND, true, 6));
        assertThat(nodes()).containsExactly(nodes(IntStream.range(200, 206)));
        assertThat(complete()).isTrue();
        assertThat(rows.number("SELECT refused FROM remote_regions")).isZero();
    }

    @Test
    void makesRoomByAnotherReadingForNodesThatCameUnseen() {
        tellAll(FIRST, IntStream.range(100, 106));
        apply(beacon(FIRST, true, 6));
        begin(); // meanwhile all of them have left, and their removals are compacted away
        tellAll(FIRST, IntStream.range(200, 206));
        apply(beacon(FIRST, true, 6));
        assertThat(nodes()).containsExactly(nodes(IntStream.range(200, 204)));
        assertThat(rows.number("SELECT refused FROM remote_regions")).isEqualTo(2);

        begin();
        tellAll(FIRST, IntStream.range(200, 206));
        apply(beacon(FIRST, true, 6));
        assertThat(nodes()).containsExactly(nodes(IntStream.range(200, 206)));
    }

    @Test
    void keepsNoMoreThanThereIsRoomForAndTwiceThatWhileFormerNodesAreThere() {
        tellAll(FIRST, IntStream.range(0, 8));
        tellAll(FIRST, IntStream.range(8, 20));
        assertThat(nodes()).hasSize(MAX_NODES);
        tellAll(SECOND, IntStream.range(100, 115));
        assertThat(nodes()).hasSize(2 * MAX_NODES);
        tellAll(THIRD, IntStream.range(200, 215));
        assertThat(nodes()).as("none of the former histories has been published to its end").hasSize(2 * MAX_NODES);

        begin();
        tellAll(THIRD, IntStream.range(200, 215));
        apply(beacon(THIRD, true, 15));
        begin();
        tellAll(THIRD, IntStream.range(200, 215));
        assertThat(nodes()).hasSize(MAX_NODES).allMatch(id -> id.startsWith("n2"));
    }

    @Test
    void heldNodesAreReplacedAndLeaveWhereThereIsNoRoom() {
        tellAll(FIRST, IntStream.range(0, 12));
        tellAll(FIRST, IntStream.range(0, 12));
        assertThat(rows.number("SELECT count(*) FROM remote_registrations WHERE revision > 12")).isEqualTo(10);

        apply(new Removal(FIRST, 0, ++revision, "n0"), node(FIRST, "n11"));
        assertThat(nodes()).contains("n11").doesNotContain("n0").hasSize(MAX_NODES);
    }

    @Test
    void doesNotGoThroughTheNodesForABeaconOfARegionThatIsComplete() {
        apply(node(FIRST, "a"), beacon(FIRST, true, 1));
        rows.execute("ALTER TABLE remote_registrations RENAME TO not_there");
        try {
            apply(beacon(FIRST, true, 1));
        } finally {
            rows.execute("ALTER TABLE not_there RENAME TO remote_registrations");
        }
        assertThat(complete()).isTrue();
    }
}
