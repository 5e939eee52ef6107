// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Up to which revision the changes are on the topology topic. Read and written by the leader alone; every call is a
 * transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class TopologyRepository {

    private static final RowMapper<Published> PUBLISHED = ConstructorMapper.of(Published.class);

    private static final String READ = "SELECT history_id, revision FROM topology_published";

    /** Never backwards: a leader that has lost a race with itself must not undo what it has noted. */
    private static final String ADVANCE = """
            UPDATE topology_published
            SET revision = GREATEST(revision, :revision), published_at = clock_timestamp()
            """;

    @Inject
    private Jdbi jdbi;

    /** How far the topic is known to be; empty when the token is not the leader's. */
    public Optional<Published> published(long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token)
                ? Optional.of(handle.createQuery(READ).map(PUBLISHED).one())
                : Optional.empty());
    }

    /**
     * Notes that the topic has all changes up to the revision; false when the token is not the leader's any more.
     *
     * @throws StoreDefectException when the table has lost its row
     */
    public boolean advance(long revision, long token) {
        return jdbi.withHandle(handle -> {
            boolean leads = LeaderFence.holds(handle, token);
            if (leads && handle.createUpdate(ADVANCE).bind("revision", revision).execute() == 0) {
                throw new StoreDefectException("topology_published has no row", null, true);
            }
            return leads;
        });
    }

    /**
     * How far the topic is.
     *
     * @param historyId of the history that the revision belongs to
     */
    public record Published(UUID historyId, long revision) {}
}
