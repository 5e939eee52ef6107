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
                   (array_agg(replay_id ORDER BY timeline DESC))[1] AS replay_id
            FROM cluster_timelines
            WHERE rewound_at IS NULL
            HAVING count(*) > 0
            """;

    private static final String STARTED =
            "UPDATE cluster_timelines SET replay_id = :replay WHERE timeline <= :timeline AND rewound_at IS NULL";

    private static final String DONE =
            "UPDATE cluster_timelines SET rewound_at = clock_timestamp() WHERE timeline <= :timeline"
                    + " AND rewound_at IS NULL";

    @Inject
    private Jdbi jdbi;

    /** What is to be read again; empty when nothing is. */
    public Optional<Rewind> pending() {
        return jdbi.withHandle(handle -> handle.createQuery(PENDING).map(REWIND).findOne());
    }

    /** Notes the replay that reads the topics again; nothing when the token is not the leader's any more. */
    public void started(long timeline, UUID replay, long token) {
        jdbi.useHandle(handle -> {
            if (LeaderFence.holds(handle, token)) {
                handle.createUpdate(STARTED).bind("timeline", timeline).bind("replay", replay).execute();
            }
        });
    }

    /** Notes that they have been read again; false when the token is not the leader's any more. */
    public boolean done(long timeline, long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token)
                && handle.createUpdate(DONE).bind("timeline", timeline).execute() > 0);
    }

    /**
     * What is to be read again.
     *
     * @param timeline that and all before
     * @param knownUntil of what was committed until then nothing is missing
     * @param replayId the last replay that was begun for it, or {@code null}
     */
    public record Rewind(long timeline, Instant knownUntil, UUID replayId) {}
}
