// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The timelines of PostgreSQL for which the topics are still to be read again. They are noted when the leader's lease
 * is first asked for on a timeline. For the leader; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class TimelinesRepository {

    private static final RowMapper<Rewind> REWIND = ConstructorMapper.of(Rewind.class);

    /** One replay serves all of them: it begins at the earliest. */
    private static final String PENDING = """
            SELECT max(timeline) AS timeline, min(known_until) AS known_until,
                   CASE WHEN bool_and(replay_id IS NOT NULL) THEN (array_agg(replay_id))[1] END AS replay_id
            FROM cluster_timelines
            WHERE rewound_at IS NULL
            HAVING count(*) > 0
            """;

    private static final String STARTED =
            "UPDATE cluster_timelines SET replay_id = :replay WHERE rewound_at IS NULL";

    private static final String DONE =
            "UPDATE cluster_timelines SET rewound_at = clock_timestamp() WHERE rewound_at IS NULL";

    @Inject
    private Jdbi jdbi;

    /** What is to be read again; empty when nothing is. */
    public Optional<Rewind> pending() {
        return jdbi.withHandle(handle -> handle.createQuery(PENDING).map(REWIND).findOne());
    }

    /**
     * Notes the replay that reads the topics again, for all that is pending: what is noted later ends the token.
     * Nothing when the token is not the leader's any more.
     */
    public void started(UUID replay, long token) {
        jdbi.useHandle(handle -> {
            if (LeaderFence.holds(handle, token)) {
                handle.createUpdate(STARTED).bind("replay", replay).execute();
            }
        });
    }

    /** Notes that they have been read again; false when the token is not the leader's any more. */
    public boolean done(long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token)
                && handle.execute(DONE) > 0);
    }

    /**
     * What is to be read again.
     *
     * @param timeline the highest of them
     * @param knownUntil of what was committed until then nothing is missing
     * @param replayId the last replay that was begun for all of it, or {@code null}
     */
    public record Rewind(long timeline, Instant knownUntil, UUID replayId) {}
}
