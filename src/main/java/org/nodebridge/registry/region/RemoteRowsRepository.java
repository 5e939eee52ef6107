// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.discovery.NodeRow;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads what is known of other regions. Every call is a transaction of its own. Safe from many threads. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RemoteRowsRepository {

    private static final RowMapper<RegionRow> REGIONS = ConstructorMapper.of(RegionRow.class);
    private static final RowMapper<ChangedNode> CHANGED = ConstructorMapper.of(ChangedNode.class);
    private static final RowMapper<Streamed> STREAMED = ConstructorMapper.of(Streamed.class);
    private static final RowMapper<Shown> SHOWN = ConstructorMapper.of(Shown.class);

    @Inject
    @Reads
    private Jdbi jdbi;

    /** All regions that have been looked for, by name. */
    public List<RegionRow> regions() {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.REGIONS).map(REGIONS).list());
    }

    /** The next changes of a region's nodes, in order. */
    public List<ChangedNode> changedAfter(String region, long seq, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.CHANGED)
                .bind("region", region).bind("after", seq).bind("limit", limit)
                .map(CHANGED).list());
    }

    /** A node of another region. */
    public Optional<Shown> node(String region, String nodeId) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.NODE)
                .bind("region", region).bind("node_id", nodeId).map(SHOWN).findOne());
    }

    /**
     * Nodes of another region in the order of their ids.
     *
     * @param bytes the most bytes of registrations; a single one may be longer
     */
    public List<Shown> page(String region, String after, int limit, long bytes) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.PAGE)
                .bind("region", region).bind("after", after).bind("limit", limit).bind("bytes", bytes)
                .map(SHOWN).list());
    }

    /** The other regions that have a node of this id too. */
    public List<String> alsoIn(String nodeId) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.ALSO_IN)
                .bind("node_id", nodeId).mapTo(String.class).list());
    }

    /**
     * Nodes of a region in the order of their changes, those that have left too.
     *
     * @param livingUpTo leaves out those that left by a change up to this number
     */
    public List<Streamed> changes(
            String region, String linkId, long after, long livingUpTo, int limit, long bytes) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.STREAMED_CHANGES)
                .bind("region", region).bind("link_id", linkId).bind("after", after)
                .bind("living_up_to", livingUpTo).bind("limit", limit).bind("bytes", bytes)
                .map(STREAMED).list());
    }

    /** Nodes that a region has, in the order of their ids. */
    public List<Streamed> nodes(String region, String linkId, String after, int limit, long bytes) {
        return jdbi.withHandle(handle -> handle.createQuery(RegionSql.STREAMED_NODES)
                .bind("region", region).bind("link_id", linkId).bind("after", after).bind("limit", limit)
                .bind("bytes", bytes).map(STREAMED).list());
    }

    /**
     * A region as its records tell.
     *
     * @param linkId another one after the region was forgotten
     * @param newestRevision the highest that is known to stand on its topic, read or not; {@code null} where that is
     *     not known
     * @param silentFor seconds from its last record to the last read of its topic; {@code null} before the first record
     * @param lookedFor seconds since that look
     * @param lastSeq of the changes of its nodes
     * @param prunedSeq up to which nodes that left may have been removed
     */
    public record RegionRow(
            String region, UUID linkId, String saidRegion, String registryId, UUID historyId, long revision,
            boolean complete,
            long lag, Long newestRevision, boolean noTopic, long unreadable, long refused, String lastError,
            Instant lastErrorAt,
            Instant heardAt,
            Instant lookedAt, long lastSeq, long prunedSeq, Double silentFor, Double lookedFor) {}

    /** @param node of one that has left without anything but its id */
    public record ChangedNode(long seq, boolean hasLeft, @Nested NodeRow node) {}

    /**
     * @param unreadableSince since when its newest record is one that could not be read; {@code null} where it was read
     * @param registration as its own region shows it, JSON
     */
    public record Shown(
            String nodeId, long revision, UUID historyId, Instant importedAt, Instant unreadableSince,
            String registration) {}

    /**
     * A node as those who watch are sent it.
     *
     * @param found how many there would have been by the number alone
     */
    public record Streamed(
            String nodeId, long seq, boolean hasLeft, long revision, Instant importedAt,
            Instant unreadableSince, long found, String nodeType,
            String capabilities, String endpoints, String metadata, String others) {}
}
