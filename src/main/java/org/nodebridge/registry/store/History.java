// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.nodebridge.registry.config.RetentionSettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.store.jdbc.Columns;

/**
 * Notes what a transaction has changed, as its last act. A node that is updated, or whose health changes, more often
 * than it may be noted has that noted later, by {@link PendingHistoryRepository}: as one change, with what it is then.
 * All other changes are noted at once.
 */
public final class History {

    /** When the last but {@code :most} change of the node of {@code c} was; null when it has not had so many. */
    private static final String LAST_BUT_MOST = """
            (SELECT b.changed_at
             FROM registration_history AS b
             WHERE b.tool_id = c.tool_id
             ORDER BY b.revision DESC
             OFFSET :most - 1
             LIMIT 1)""";

    /**
     * Notes what has changed, from the rows as they are now. The last statement of its transaction: it takes the one
     * row that counts revisions, and every other writer waits for that row until this transaction ends.
     */
    private static final String NOTE = """
            WITH changed AS (
                SELECT i.*
                FROM unnest(:tool_id::text[], :change::text[], :actor::text[], :correlation_id::text[])
                    WITH ORDINALITY AS i (tool_id, change, actor, correlation_id, position)),
            later AS (
                SELECT c.tool_id, c.change
                FROM changed AS c
                WHERE c.change IN ('updated', 'health') AND :last > now() - make_interval(secs => :interval)),
            noted AS (
                SELECT c.tool_id, c.change, c.actor, c.correlation_id,
                       row_number() OVER (ORDER BY c.position) AS position
                FROM changed AS c
                WHERE NOT EXISTS (SELECT 1 FROM later AS l WHERE l.tool_id = c.tool_id)),
            pending AS (
                UPDATE tool_registrations AS r
                SET history_pending = l.change
                FROM later AS l
                WHERE r.tool_id = l.tool_id
                  AND (r.history_pending IS NULL OR r.history_pending = 'health' AND l.change = 'updated')),
            over AS (
                UPDATE tool_registrations AS r
                SET history_pending = NULL
                FROM noted AS n
                WHERE r.tool_id = n.tool_id AND r.history_pending IS NOT NULL
                  AND (r.history_pending = 'health'
                       OR n.change NOT IN ('health', 'suspect', 'recovered', 'owner_released',
                                            'cordoned', 'uncordoned'))),
            counter AS (
                UPDATE registration_revision
                SET last_revision = last_revision + (SELECT count(*) FROM noted)
                WHERE EXISTS (SELECT 1 FROM noted)
                RETURNING last_revision - (SELECT count(*) FROM noted) AS base, clock_timestamp() AS now)
            INSERT INTO registration_history
                (revision, tool_id, change, reason, node_type, status, check_status, epoch, event_timestamp, event_id,
                 correlation_id, content_hash, content, changed_at, actor)
            SELECT counter.base + noted.position, r.tool_id,
                   CASE WHEN noted.change = 'left' THEN r.status ELSE noted.change END,
                   CASE noted.change WHEN 'cordoned' THEN left(r.cordon_reason, 500) WHEN 'uncordoned' THEN NULL
                                     ELSE left(r.status_reason, 1000) END,
                   r.node_type, r.status, r.check_status, r.epoch, r.event_timestamp, r.event_id,
                   noted.correlation_id, r.content_hash,
                   CASE WHEN noted.change IN ('registered', 'updated') THEN jsonb_build_object(
                       'capabilities', r.capabilities, 'endpoints', r.endpoints, 'metadata', r.metadata,
                       'node_role', r.node_role, 'version', r.node_version, 'environment', r.environment,
                       'region', r.region, 'network_id', r.network_id, 'deployment_id', r.deployment_id) END,
                   counter.now,
                   CASE WHEN noted.actor = 'leader:'
                        THEN noted.actor || (SELECT holder FROM cluster_leases WHERE name = 'leader')
                        ELSE noted.actor END
            FROM noted
            JOIN tool_registrations AS r USING (tool_id)
            CROSS JOIN counter
            """;

    /** Notes a change of a node that has no row, and so neither content nor version. */
    private static final String NOTE_WITHOUT_ROW = """
            WITH counter AS (
                UPDATE registration_revision SET last_revision = last_revision + 1
                RETURNING last_revision, clock_timestamp() AS now)
            INSERT INTO registration_history
                (revision, tool_id, change, reason, node_type, status, check_status, event_timestamp, event_id,
                 correlation_id, content_hash, changed_at, actor)
            SELECT last_revision, :tool_id, :change, :reason, 'effect', 'departed', 'passing', now, gen_random_uuid(),
                   :correlation_id, '', now, :actor
            FROM counter
            """;

    private History() {}

    /**
     * What is noted of one change.
     *
     * @param change what the history calls it; {@code left} stands for the state the row is in
     * @param actor who did it; {@code null} when that is not known
     * @param correlationId that of the event or request which did it; {@code null} for none
     */
    public record Noted(String nodeId, String change, String actor, String correlationId) {

        /** The statement puts the replica that leads behind it. */
        private static final String LEADER = "leader:";

        private static final int LONGEST_ACTOR = 512;
        private static final int LONGEST_ID = 128;

        /** A name that a token or a key brings may be anything; what cannot be kept must not hold up the change. */
        public Noted {
            actor = actor == null || Storable.text(actor) ? actor : "(not text)";
            actor = actor == null || actor.length() <= LONGEST_ACTOR
                    ? actor
                    : actor.codePoints().limit(LONGEST_ACTOR).collect(
                            StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            boolean kept = correlationId != null && Storable.text(correlationId)
                    && correlationId.codePointCount(0, correlationId.length()) <= LONGEST_ID;
            correlationId = kept ? correlationId : null;
        }

        /** What the leader does by itself. */
        public static Noted byLeader(String nodeId, String change) {
            return new Noted(nodeId, change, LEADER, null);
        }

        /** @param event what brought it about */
        public static Noted by(OfNode event, String change) {
            return new Noted(event.nodeId(), change, event.actor(), event.correlationId());
        }
    }

    /** @param changes of each node one at most */
    public static void note(Handle handle, List<Noted> changes, RetentionSettings retention) {
        if (!changes.isEmpty()) {
            handle.createUpdate(with(retention, NOTE))
                    .bindNamedArgumentFinder(Columns.of(changes)
                            .text("tool_id", Noted::nodeId)
                            .text("change", Noted::change)
                            .text("actor", Noted::actor)
                            .text("correlation_id", Noted::correlationId))
                    .execute();
        }
    }

    /** Notes what was done to a node that has no row. The last statement of its transaction, as {@link #note} is. */
    static void noteWithoutRow(Handle handle, Noted change, String reason) {
        handle.createUpdate(NOTE_WITHOUT_ROW)
                .bind("tool_id", change.nodeId())
                .bind("change", change.change())
                .bind("reason", reason)
                .bind("correlation_id", change.correlationId())
                .bind("actor", change.actor())
                .execute();
    }

    /** A statement with the figures it names by {@code :most} and {@code :interval}, and {@code :last} of a node. */
    public static String with(RetentionSettings retention, String sql) {
        return sql.replace(":last", retention.historyChanges() == 0 ? "NULL::timestamptz" : LAST_BUT_MOST)
                .replace(":most", Integer.toString(retention.historyChanges()))
                .replace(":interval", seconds(retention.historyInterval()));
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toMillis() / 1000.0);
    }
}
