// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Which dead letters have been replayed, and what became of them. Every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class DeadLetterReplayRepository {

    private static final RowMapper<ReplayedDeadLetter> REPLAYED = ConstructorMapper.of(ReplayedDeadLetter.class);

    private static final String FIND = """
            SELECT topic, partition, offset_ AS "offset", dead_lettered_at, outcome, detail, replayed_at, replayed_by
            FROM dead_letter_replays
            WHERE topic = :topic AND partition = :partition AND offset_ BETWEEN :first AND :last
            """;

    private static final String COUNT = """
            SELECT count(*)
            FROM dead_letter_replays
            WHERE topic = :topic AND partition = :partition AND offset_ BETWEEN :first AND :last
            """;

    private static final String NOTE = """
            INSERT INTO dead_letter_replays
                (topic, partition, offset_, dead_lettered_at, outcome, detail, replayed_at, replayed_by)
            SELECT * FROM unnest(:topic::text[], :partition::integer[], :offset::bigint[],
                                 :dead_lettered_at::timestamptz[], :outcome::text[], :detail::text[],
                                 :replayed_at::timestamptz[], :replayed_by::text[])
            ON CONFLICT (topic, partition, offset_) DO UPDATE
            SET dead_lettered_at = EXCLUDED.dead_lettered_at,
                outcome = EXCLUDED.outcome,
                detail = EXCLUDED.detail,
                replayed_at = EXCLUDED.replayed_at,
                replayed_by = EXCLUDED.replayed_by
            """;

    private static final String FORGET =
            "DELETE FROM dead_letter_replays WHERE topic = :topic AND partition = :partition AND offset_ < :before";

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /** By its offset, each letter of that stretch of a dead-letter topic that has been replayed. */
    public Map<Long, ReplayedDeadLetter> find(String topic, int partition, long firstOffset, long lastOffset) {
        return reads.withHandle(handle -> handle.createQuery(FIND)
                .bind("topic", topic)
                .bind("partition", partition)
                .bind("first", firstOffset)
                .bind("last", lastOffset)
                .map(REPLAYED)
                .collectToMap(ReplayedDeadLetter::offset, Function.identity()));
    }

    /** How many letters of that stretch of a dead-letter topic have been replayed. */
    public long count(String topic, int partition, long firstOffset, long lastOffset) {
        return reads.withHandle(handle -> handle.createQuery(COUNT)
                .bind("topic", topic)
                .bind("partition", partition)
                .bind("first", firstOffset)
                .bind("last", lastOffset)
                .mapTo(Long.class)
                .one());
    }

    /** Notes what became of letters; what was noted of the same ones before is replaced. Each may be named once. */
    public void note(List<ReplayedDeadLetter> letters) {
        if (letters.isEmpty()) {
            return;
        }
        jdbi.useHandle(handle -> handle.createUpdate(NOTE)
                .bindNamedArgumentFinder(Columns.of(letters)
                        .text("topic", ReplayedDeadLetter::topic)
                        .bigint("partition", letter -> (long) letter.partition())
                        .bigint("offset", ReplayedDeadLetter::offset)
                        .time("dead_lettered_at", ReplayedDeadLetter::deadLetteredAt)
                        .text("outcome", ReplayedDeadLetter::outcome)
                        .text("detail", ReplayedDeadLetter::detail)
                        .time("replayed_at", ReplayedDeadLetter::replayedAt)
                        .text("replayed_by", ReplayedDeadLetter::replayedBy))
                .execute());
    }

    /** Forgets letters that the topic no longer has. */
    public void forget(String topic, int partition, long beforeOffset) {
        jdbi.useHandle(handle -> handle.createUpdate(FORGET)
                .bind("topic", topic)
                .bind("partition", partition)
                .bind("before", beforeOffset)
                .execute());
    }
}
