// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Writes what other regions tell. For the leader; every call is a transaction of its own, which keeps nodes, offsets
 * and the state of the link together.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ImportRepository {

    private static final RowMapper<LinkRow> LINKS = ConstructorMapper.of(LinkRow.class);
    private static final RowMapper<Place> PLACES = ConstructorMapper.of(Place.class);
    private static final RowMapper<Living> LIVING = ConstructorMapper.of(Living.class);

    @Inject
    private Jdbi jdbi;

    /** Up to where a region's topic has been read, and whether all of it must be read again. */
    public Known known(String region, String topicId, Duration againAfter) {
        return jdbi.withHandle(handle -> {
            boolean again = handle.createQuery(RegionSql.AGAIN)
                    .bind("region", region).bind("seconds", againAfter.toSeconds()).bind("topic_id", topicId)
                    .mapTo(Boolean.class).findOne().orElse(true);
            Map<Integer, Long> positions = new HashMap<>();
            handle.createQuery(RegionSql.POSITIONS).bind("region", region)
                    .map(PLACES).forEach(place -> positions.put(place.partition(), place.offset()));
            return new Known(positions, again);
        });
    }

    /**
     * Takes over a batch; false when the token is not the leader's any more.
     *
     * @param maxNodes how many nodes of the region are kept
     * @throws org.nodebridge.registry.store.jdbc.StoreRefusedException when a record of it is refused; nothing is kept
     */
    public boolean apply(String region, Batch batch, long token, int maxNodes) {
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return false;
            }
            boolean added = handle.createUpdate(RegionSql.ADD).bind("region", region).execute() == 1;
            if (added && !batch.fromBeginning() && batch.topicId() != null) {
                return false; // it has been forgotten meanwhile, and is read from the beginning
            }
            Writing writing = new Writing(handle, region, maxNodes);
            if (batch.fromBeginning()) {
                writing.link.begin();
                writing.begun();
            }
            writing.write(batch.records(), batch.heard());
            if (batch.toEnd() && writing.link.sweeps(writing::received)) {
                writing.sweep();
            }
            writing.finish(batch);
            return true;
        });
    }

    /** Removes nodes that left long ago; their records do not come again any more. */
    public void prune() {
        jdbi.useHandle(handle -> handle.execute(RegionSql.PRUNE));
    }

    /** Forgets a region with all its nodes; false when nothing is known of it. */
    public boolean forget(String region) {
        return jdbi.withHandle(handle -> handle.createUpdate(RegionSql.FORGET).bind("region", region).execute() > 0);
    }

    /** @param positions by partition, the offset that is read next */
    public record Known(Map<Integer, Long> positions, boolean again) {}

    /**
     * What has been read.
     *
     * @param topicId Kafka's id of the topic; {@code null} where there is none
     * @param fromBeginning whether the topic is read from its beginning from here on
     * @param heard whether any of it is of after what was read before
     * @param unreadable records that say nothing
     * @param error what was wrong with the last of these, or with the topic; {@code null} for nothing
     * @param positions by partition, the offset that follows
     * @param lag records that are known to follow
     * @param newest place of the last one that is known to follow; {@code null} where that is not known
     * @param toEnd whether it goes to the end of the topic
     */
    public record Batch(
            String topicId, boolean fromBeginning, boolean heard, List<RemoteRecord> records, int unreadable,
            String error, Map<Integer, Long> positions, long lag, RecordHeaders newest, boolean toEnd) {

        /** Where there is no topic. */
        static final Batch NOTHING = new Batch(null, false, false, List.of(), 0, null, Map.of(), 0, null, false);

        /** All that is to be read again is behind these positions. */
        static Batch beginning(String topicId, Map<Integer, Long> positions) {
            return new Batch(topicId, true, false, List.of(), 0, null, positions, 0, null, false);
        }

        /** The same where PostgreSQL refuses its only record. */
        Batch refused() {
            List<RemoteRecord> known = records.stream()
                    .filter(RemoteRecord.Registration.class::isInstance)
                    .map(RemoteRecord.Registration.class::cast)
                    .<RemoteRecord>map(node -> new RemoteRecord.Unreadable(
                            node.historyId(), node.historyNumber(), node.revision(), node.nodeId()))
                    .toList();
            return new Batch(
                    topicId, fromBeginning, heard, known, unreadable + records.size(),
                    error == null ? "PostgreSQL refuses it" : error, positions, lag, newest, toEnd);
        }

        /** Two that together are the same. */
        List<Batch> halves() {
            int middle = records.size() / 2;
            return List.of(
                    new Batch(topicId, fromBeginning, heard, records.subList(0, middle), 0, null, Map.of(),
                            lag + records.size() - middle, newest, false),
                    new Batch(topicId, false, heard, records.subList(middle, records.size()), unreadable, error,
                            positions, lag, newest, toEnd));
        }
    }

    /** The state of a link as it is kept. */
    public record LinkRow(
            UUID historyId, long historyNumber, List<UUID> past, long revision, boolean complete, long generation,
            long swept, String saidRegion, String registryId, long seq, long room) {

        private Link link() {
            return new Link(
                    historyId, historyNumber, past, revision, complete, generation, swept, saidRegion, registryId);
        }
    }

    /** Up to where a partition has been read. */
    public record Place(int partition, long offset) {}

    /** A node that is known, and the history that it is of. */
    public record Living(String nodeId, UUID historyId) {}

    /** One transaction. */
    private static final class Writing {

        private final Handle handle;
        private final String region;
        private final Link link;
        private final Set<UUID> own;
        private final int maxNodes;
        private final RoomSql room;
        private final PassedOverSql passedOver;
        private long seq;
        private boolean read;
        private int refused;
        private boolean noRoom;
        private final Map<String, Long> unreadable = new HashMap<>();
        private String error;

        Writing(Handle handle, String region, int maxNodes) {
            this.handle = handle;
            this.region = region;
            this.own = Set.copyOf(handle.createQuery(RegionSql.OWN).mapTo(UUID.class).list());
            LinkRow row = handle.createQuery(RegionSql.HOLD).bind("region", region).map(LINKS).one();
            this.link = row.link();
            this.seq = row.seq();
            this.maxNodes = maxNodes;
            this.room = new RoomSql(handle, region, maxNodes, row.room());
            this.passedOver = new PassedOverSql(handle, region);
        }

        void begun() {
            room.begin();
            passedOver.begin();
        }

        /** @param heard whether any of them is of after what was read before */
        void write(List<RemoteRecord> records, boolean heard) {
            long now = System.currentTimeMillis();
            Map<String, UUID> living = living(records);
            try (PreparedBatch rows = handle.prepareBatch(RegionSql.WRITE)) {
                for (RemoteRecord record : records) {
                    if (own.contains(record.historyId())) {
                        refused++;
                        error = "the topic holds this registry's own nodes: its mirror runs in a circle";
                        continue;
                    }
                    long before = link.generation();
                    if (!link.accepts(record, now)) {
                        if (link.refusal() != null && heard) {
                            refused++;
                            error = link.refusal();
                        }
                        continue;
                    }
                    read = true;
                    if (link.generation() != before) {
                        begun();
                        unreadable.clear();
                    }
                    if (record instanceof RemoteRecord.Registration node) {
                        if (!room.takes(node.nodeId(), node.historyId(), living, () -> execute(rows))) {
                            refused++;
                            noRoom = true;
                            error = "there are more nodes than are kept of a region (registry.region.max-nodes)";
                            passedOver.withoutRoom(node.nodeId());
                            continue;
                        }
                        passedOver.known(node.nodeId());
                        add(rows, node, node.nodeId(), node);
                    } else if (record instanceof RemoteRecord.Removal gone) {
                        passedOver.known(gone.nodeId());
                        if (living.containsKey(gone.nodeId())) {
                            add(rows, gone, gone.nodeId(), null);
                        }
                    } else if (record instanceof RemoteRecord.Unreadable node) {
                        passedOver.unreadable(node.nodeId());
                        unreadable.merge(node.nodeId(), node.revision(), Math::max);
                    }
                }
                execute(rows);
            }
            noteUnreadable();
            if (link.sweptGeneration() < link.generation()) {
                passedOver.write(link.generation(), maxNodes);
            }
        }

        private void noteUnreadable() {
            if (!unreadable.isEmpty()) {
                List<Map.Entry<String, Long>> nodes = List.copyOf(unreadable.entrySet());
                seq += handle.createUpdate(RegionSql.UNREADABLE)
                        .bind("region", region).bind("seq", seq).bind("history_id", link.historyId())
                        .bind("ids", RegistrationRowsSql.array(nodes.stream().map(Map.Entry::getKey).toList()))
                        .bind("revisions", RegistrationRowsSql.array(
                                nodes.stream().map(node -> node.getValue().toString()).toList()))
                        .execute();
            }
        }

        private static void execute(PreparedBatch rows) {
            if (rows.size() > 0) {
                rows.execute();
            }
        }

        private Map<String, UUID> living(List<RemoteRecord> records) {
            Set<String> named = new HashSet<>();
            for (RemoteRecord record : records) {
                if (record instanceof RemoteRecord.Registration node) {
                    named.add(node.nodeId());
                } else if (record instanceof RemoteRecord.Removal gone) {
                    named.add(gone.nodeId());
                }
            }
            Map<String, UUID> living = new HashMap<>();
            if (!named.isEmpty()) {
                handle.createQuery(RegionSql.LIVING).bind("region", region)
                        .bind("ids", RegistrationRowsSql.array(named)).map(LIVING)
                        .forEach(node -> living.put(node.nodeId(), node.historyId()));
            }
            return living;
        }

        private void add(PreparedBatch rows, RemoteRecord record, String nodeId, RemoteRecord.Registration node) {
            rows.bind("region", region).bind("node_id", nodeId).bind("history_id", record.historyId())
                    .bind("revision", record.revision()).bind("generation", link.generation())
                    .bind("seq", ++seq).bind("registration", node == null ? null : node.json())
                    .bind("registered_at", node == null ? null : node.registeredAt())
                    .bind("updated_at", node == null ? null : node.updatedAt()).add();
        }

        /** How many nodes of this generation have come; unlimited where too many were passed over to note them all. */
        long received() {
            long passed = passedOver.count();
            return passed >= maxNodes
                    ? Long.MAX_VALUE
                    : passed + handle.createQuery(RegionSql.RECEIVED)
                            .bind("region", region).bind("generation", link.generation()).mapTo(Long.class).one();
        }

        void sweep() {
            seq += handle.createUpdate(RegionSql.SWEEP)
                    .bind("region", region).bind("generation", link.generation()).bind("seq", seq).execute();
            link.swept();
        }

        /** The highest revision on the topic; {@code null} where its end is of another history, or not known. */
        private Long newest(Batch batch) {
            if (batch.toEnd()) {
                return link.revision();
            }
            return batch.newest() == null || !batch.newest().historyId().equals(link.historyId())
                    ? null
                    : (Long) Math.max(batch.newest().revision(), link.revision());
        }

        void finish(Batch batch) {
            handle.createUpdate(RegionSql.NOTE)
                    .bind("region", region).bind("said_region", link.saidRegion())
                    .bind("registry_id", link.registryId()).bind("history_id", link.historyId())
                    .bind("history_number", link.historyNumber()).bind("topic_id", batch.topicId())
                    .bind("past", "{" + String.join(",", link.past().stream().map(UUID::toString).toList()) + "}")
                    .bind("revision", link.revision()).bind("complete", link.complete())
                    .bind("generation", link.generation()).bind("swept", link.sweptGeneration())
                    .bind("room", room.known())
                    .bind("lag", batch.lag()).bind("newest_revision", newest(batch))
                    .bind("no_topic", batch.equals(Batch.NOTHING))
                    .bind("unreadable", batch.unreadable()).bind("refused", refused).bind("no_room", noRoom)
                    .bind("from_beginning", batch.fromBeginning())
                    .bind("error", error == null ? batch.error() : error).bind("heard", read && batch.heard())
                    .bind("seq", seq)
                    .execute();
            if (batch.topicId() == null) {
                handle.createUpdate(RegionSql.FORGET_POSITIONS).bind("region", region).execute();
            }
            if (!batch.positions().isEmpty()) {
                PreparedBatch positions = handle.prepareBatch(RegionSql.POSITION);
                batch.positions().forEach((partition, offset) -> positions
                        .bind("region", region).bind("partition", partition).bind("offset", offset).add());
                positions.execute();
            }
        }
    }
}
