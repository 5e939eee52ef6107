// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.activity.ActivityRepository;
import org.nodebridge.registry.activity.NodeChange;
import org.nodebridge.registry.conflict.NodeConflictsRepository;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.identity.NodeOwnersRepository;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.retention.RetentionRepository;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

/** The history of changes, and how long it and the tombstones are kept, in PostgreSQL. */
class HistoryInContainerIT extends InPostgres {

    private static final Duration WEEK = Duration.ofDays(7);

    @Resource(lookup = "java:comp/DefaultManagedExecutorService")
    private ManagedExecutorService executor;

    @Inject
    private RetentionRepository retention;

    @Inject
    private NodeOwnersRepository owners;

    @Inject
    private NodeConflictsRepository conflicts;

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private ActivityRepository activity;

    @Inject
    private PendingHistoryRepository pendingHistory;

    @Inject
    private RegistryMetrics metrics;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void keepsEveryChangeAndNothingElse() {
        store(NODE.introduced(at(0)));
        store(NODE.introduced(at(1)));
        store(NODE.capableOf("other").introduced(at(2)));
        store(NODE.heartbeat(at(3), HealthStatus.HEALTHY), NODE.heartbeat(at(4), HealthStatus.HEALTHY));
        store(NODE.heartbeat(at(5), HealthStatus.CRITICAL));
        store(NODE.introduced(at(1)));
        store(NODE.backIn(Duration.ofMinutes(1), at(6)));
        store(NODE.departed(at(7)));
        store(NODE.departed(at(8)));
        store(NODE.introduced(at(9)));

        assertThat(changesOf(ID))
                .containsExactly("registered", "updated", "health", "draining", "departed", "registered");
        assertThat(rows.text("SELECT string_agg(coalesce(content #>> '{capabilities}', '-'), ' ' ORDER BY revision)"
                + " FROM registration_history WHERE change = 'updated'"))
                .contains("other");
    }

    @Test
    void whatWasChangedBeforeAFailoverFollowsWhatWasChangedAfterIt() {
        store(NODE.introduced(at(0)));
        rows.execute("UPDATE registration_revision SET last_revision = last_revision + 1000000");
        store(NODE.capableOf("other").introduced(at(1)));

        ActivityRepository.Page page = activity.changes(Set.of(), "", Long.MAX_VALUE, 100, 1_000_000);

        assertThat(page.changes()).filteredOn(change -> change.nodeId().equals(ID))
                .extracting(NodeChange::change).containsExactly("updated", "registered");
        long updated = page.changes().get(0).revision();
        assertThat(activity.changes(Set.of("registered"), "", updated, 1, 1_000_000).changes())
                .extracting(NodeChange::nodeId).containsExactly(ID);
    }

    @Test
    void oneAnswerLooksThroughABoundedNumberOfChangesAndSaysWhereToGoOn() {
        store(NODE.introduced(at(0)));
        store(NODE.departed(at(1)));
        int searched = 20_000;
        rows.execute("INSERT INTO registration_history SELECT (h).* FROM (SELECT jsonb_populate_record(h,"
                + " jsonb_build_object('revision', h.revision + n, 'change', 'updated')) AS h"
                + " FROM registration_history AS h, generate_series(1, " + searched + ") AS n"
                + " WHERE h.change = 'departed') AS copies");

        ActivityRepository.Page none = activity.changes(Set.of("departed"), "", Long.MAX_VALUE, 10, 1_000_000);

        assertThat(none.changes()).as("the 20,001st").isEmpty();
        assertThat(none.next()).isNotNull();
        assertThat(activity.changes(Set.of("departed"), "", none.next(), 10, 1_000_000)).satisfies(rest -> {
            assertThat(rest.changes()).extracting(NodeChange::nodeId).containsExactly(ID);
            assertThat(rest.next()).isNull();
        });
        rows.execute("DELETE FROM registration_history WHERE revision = (SELECT max(revision) FROM"
                + " registration_history)");
        assertThat(activity.changes(Set.of("departed"), "", Long.MAX_VALUE, 10, 1_000_000).changes())
                .as("the 20,000th").hasSize(1);
    }

    @Test
    void aNodeThatChangesAllTheTimeIsNotedSoOftenAndItsLastStateLater() {
        int most = settings.retention().historyChanges();
        long before = lastRevision();
        store(NODE.introduced(at(0)));
        IntStream.range(1, 3 * most).forEach(i -> store(NODE.capableOf("capability-" + i).introduced(at(i))));
        store(NODE.heartbeat(at(4 * most), HealthStatus.CRITICAL));

        assertThat(changesOf(ID)).hasSize(most);
        assertThat(lastRevision()).isEqualTo(before + most);
        assertThat(pendingHistory.due(null, 100)).as("it may not be noted yet").isEmpty();

        rows.execute("UPDATE registration_history SET changed_at = changed_at - interval '2 minutes'");
        assertThat(pendingHistory.due(null, 100)).containsExactly(ID);
        assertThat(pendingHistory.due(ID, 100)).isEmpty();
        assertThat(pendingHistory.note(List.of(ID))).containsExactly(ID);
        assertThat(pendingHistory.note(List.of(ID))).isEmpty();

        assertThat(changesOf(ID)).hasSize(most + 1).endsWith("updated");
        assertThat(lastRevision()).isEqualTo(before + most + 1);
        assertThat(rows.text("SELECT content::text || check_status FROM registration_history ORDER BY revision DESC"
                + " LIMIT 1"))
                .contains("capability-" + (3 * most - 1))
                .endsWith("critical");
    }

    @Test
    void aDepartureIsNotedAtOnceHoweverOftenTheNodeHasChanged() {
        int most = settings.retention().historyChanges();
        store(NODE.introduced(at(0)));
        IntStream.range(1, 2 * most).forEach(i -> store(NODE.capableOf("capability-" + i).introduced(at(i))));

        store(NODE.departed(at(3 * most)));

        assertThat(changesOf(ID)).hasSize(most + 1).endsWith("departed");
        rows.execute("UPDATE registration_history SET changed_at = changed_at - interval '2 minutes'");
        assertThat(pendingHistory.due(null, 100)).as("what it was before it left").isEmpty();
    }

    @Test
    void keepsNothingOfATransactionThatFails() {
        long before = lastRevision();
        NodeOnTheWire tooLong = NodeOnTheWire.named("x".repeat(256));

        assertThatThrownBy(() -> store(NODE.introduced(at(0)), tooLong.introduced(at(0))))
                .isInstanceOf(StoreRefusedException.class);

        assertThat(lastRevision()).isEqualTo(before);
        assertThat(changesOf(ID)).isEmpty();
    }

    @Test
    void numbersChangesWithoutAGapInTheOrderOfTheirCommits() throws Exception {
        long before = lastRevision();
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int first = writer * 25;
            writers.add(executor.submit(() -> IntStream.range(first, first + 25)
                    .forEach(node -> store(NodeOnTheWire.named("n" + node).introduced(at(0)),
                            NodeOnTheWire.named("m" + node).introduced(at(0))))));
        }
        long highest = before;
        while (!writers.stream().allMatch(Future::isDone)) {
            // who reads up to the highest revision there is must have seen them all
            long count = rows.number("SELECT count(*) - (max(revision) - min(revision) + 1) FROM registration_history");
            assertThat(count).as("revisions that are missing below one that is there").isZero();
            highest = Math.max(highest, lastRevision());
        }
        for (Future<?> writer : writers) {
            writer.get();
        }

        assertThat(rows.numbers("SELECT revision FROM registration_history ORDER BY revision"))
                .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, before + 200).boxed().toList());
        assertThat(rows.number("SELECT count(*) FROM registration_history a JOIN registration_history b"
                + " ON b.revision = a.revision + 1 AND b.changed_at < a.changed_at"))
                .as("revisions whose time is before their predecessor's")
                .isZero();
    }

    @Test
    void prunesWhatHasBeenKeptLongEnoughInSteps() {
        IntStream.range(0, 10).forEach(node -> store(NodeOnTheWire.named("n" + node).introduced(at(0))));
        rows.execute("UPDATE registration_history SET changed_at = now() - interval '8 days'"
                + " WHERE revision <= (SELECT min(revision) + 4 FROM registration_history)");

        assertThat(retention.pruneHistory(retention.historyDue(WEEK, List.of(), 3))).hasSize(3);
        assertThat(retention.pruneHistory(retention.historyDue(WEEK, List.of(), 3))).hasSize(2);
        assertThat(retention.historyDue(WEEK, List.of(), 3)).isEmpty();
        assertThat(rows.number("SELECT count(*) FROM registration_history")).isEqualTo(5);
    }

    @Test
    void prunesAllOtherChangesWhereOneCannotBeRemoved() {
        IntStream.range(0, 5).forEach(node -> store(NodeOnTheWire.named("n" + node).introduced(at(0))));
        rows.execute("UPDATE registration_history SET changed_at = now() - interval '8 days'");
        rows.execute("""
                CREATE FUNCTION rule_of_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'not this one'; END $$;
                CREATE TRIGGER rule_of_somebody_else BEFORE DELETE ON registration_history FOR EACH ROW
                    WHEN (OLD.tool_id = 'n2') EXECUTE FUNCTION rule_of_somebody_else()""");
        RefusedRows refused = new RefusedRows(metrics);

        try {
            List<String> due = retention.historyDue(WEEK, refused.lately(), 100);
            assertThat(due).hasSize(5);
            assertThat(refused.without("prune_history", due, Function.identity(), retention::pruneHistory)).hasSize(4);

            assertThat(rows.texts("SELECT tool_id FROM registration_history")).containsExactly("n2");
            assertThat(retention.historyDue(WEEK, refused.lately(), 100)).as("takes no other's place").isEmpty();
        } finally {
            rows.execute("DROP FUNCTION rule_of_somebody_else CASCADE");
        }
    }

    /** As another program may have written them; they would be kept for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "294276-12-31 UTC", "-infinity", "9999-12-31 UTC", "2999-12-31 UTC"})
    void prunesWhatHasATimeThatNoProgramShouldHaveWritten(String time) {
        store(NODE.introduced(at(0)));
        store(NODE.departed(at(1)));
        pendingWrites.confirm(Map.of(ID, 2L));
        String kept = " WHERE tool_id = '" + ID + "'";
        rows.execute("UPDATE registration_history SET changed_at = '" + time + "'");

        for (String odd : List.of("updated_at", "event_timestamp")) {
            rows.execute("UPDATE tool_registrations SET updated_at = now() - interval '8 days',"
                    + " event_timestamp = now() - interval '8 days'" + kept);
            rows.execute("UPDATE tool_registrations SET " + odd + " = '" + time + "'" + kept);
            assertThat(retention.tombstonesDue(WEEK, List.of(), 100)).as(odd).containsExactly(ID);
        }

        assertThat(retention.pruneTombstones(WEEK, List.of(ID))).containsExactly(ID);
        assertThat(retention.pruneHistory(retention.historyDue(WEEK, List.of(), 100))).hasSize(2);
    }

    @Test
    void prunesTombstonesThatConsulHasConfirmedAndThatAreOldEnough() {
        for (String id : List.of("long-gone", "unconfirmed", "just-gone", "alive")) {
            store(NodeOnTheWire.named(id).introduced(at(0)));
        }
        for (String id : List.of("long-gone", "unconfirmed", "just-gone")) {
            store(NodeOnTheWire.named(id).departed(at(1)));
        }
        Map<String, String> all = Map.of("long-gone", "us", "just-gone", "us", "alive", "us", "row-lost", "us");
        owners.bind(all.keySet(), all);
        pendingWrites.confirm(Map.of("long-gone", 2L, "just-gone", 2L, "alive", 1L));
        rows.execute("UPDATE tool_registrations SET updated_at = now() - interval '8 days',"
                + " event_timestamp = now() - interval '8 days' WHERE tool_id <> 'just-gone'");

        assertThat(retention.pruneTombstones(WEEK, retention.tombstonesDue(WEEK, List.of(), 100)))
                .containsExactly("long-gone");

        assertThat(rows.of("long-gone").isMissingNode()).isTrue();
        assertThat(owners.find(all.keySet())).containsOnlyKeys("just-gone", "alive", "row-lost");
        assertThat(List.of(status("unconfirmed"), status("just-gone"), status("alive")))
                .containsExactly("departed", "departed", "active");
    }

    @Test
    void prunesConflictsThatHaveBeenOverForADay() {
        rows.execute("DELETE FROM node_conflicts");
        rows.execute("INSERT INTO node_conflicts SELECT i.node, now(), now() - i.ago, 'start', '[]'"
                + " FROM (VALUES ('long-over', interval '25 hours'), ('refused', interval '25 hours'),"
                + " ('just-over', interval '23 hours')) AS i (node, ago)");

        assertThat(conflicts.over(List.of(), 10)).containsExactlyInAnyOrder("long-over", "refused");
        assertThat(conflicts.over(List.of("refused"), 10)).containsExactly("long-over");
        assertThat(conflicts.prune(List.of("long-over", "just-over"))).containsExactly("long-over");
        assertThat(rows.number("SELECT count(*) FROM node_conflicts")).isEqualTo(2);
        rows.execute("DELETE FROM node_conflicts");
    }

    /** Twelve changes with contents of a hundred kilobytes. */
    @Test
    void pagesOfTheHistoryAreBoundedInBytesAndLeaveNothingOut() {
        store(NODE.introduced(at(0)));
        rows.execute(
                "INSERT INTO registration_history SELECT revision + n, tool_id, 'updated', reason, node_type, status,"
                        + " check_status, epoch, event_timestamp, event_id, correlation_id, content_hash,"
                        + " jsonb_build_object('metadata', repeat('x', 100000 + n)), changed_at, actor"
                        + " FROM registration_history, generate_series(1, 11) AS n");
        rows.execute("UPDATE registration_revision SET last_revision = last_revision + 11");

        List<Integer> sizes = new ArrayList<>();
        List<Long> revisions = new ArrayList<>();
        long before = Long.MAX_VALUE;
        for (boolean more = true; more; before = revisions.get(revisions.size() - 1)) {
            RegistrationHistoryRepository.Page page = history.changes(ID, before, 1000, 350_000);
            page.changes().forEach(change -> revisions.add(change.revision()));
            sizes.add(page.changes().size());
            more = page.more();
        }

        assertThat(sizes).as("the last has the small one too").containsExactly(3, 3, 3, 3);
        assertThat(revisions).isSortedAccordingTo(Comparator.reverseOrder()).doesNotHaveDuplicates().hasSize(12);
        assertThat(history.changes(ID, Long.MAX_VALUE, 1000, 1).changes()).as("a single one may be longer").hasSize(1);
        assertThat(history.changes(ID, Long.MAX_VALUE, 5, 10_000_000).changes()).hasSize(5);
    }

    private List<String> changesOf(String nodeId) {
        return List.of(rows.text("SELECT coalesce(string_agg(change, ' ' ORDER BY revision), '')"
                + " FROM registration_history WHERE tool_id = '" + nodeId + "'").split(" ")).stream()
                .filter(change -> !change.isEmpty())
                .toList();
    }

    private long lastRevision() {
        return rows.number("SELECT last_revision FROM registration_revision");
    }
}
