// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

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
 * How much of our nodes has been exported. Written by the leader alone; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ExportRepository {

    private static final RowMapper<Exported> EXPORTED = ConstructorMapper.of(Exported.class);

    private static final String READ =
            "SELECT export_id, export_number, revision, failed_over, complete FROM registrations_export";

    private static final String NOTE = """
            UPDATE registrations_export
            SET past_exports = CASE WHEN export_id = :exportId THEN past_exports
                                    ELSE ARRAY(SELECT unnest(array_prepend(export_id, past_exports)) LIMIT 100) END,
                export_id = :exportId, export_number = :exportNumber, revision = :revision,
                failed_over = :failedOver, complete = :complete
            """;

    @Inject
    private Jdbi jdbi;

    /** How far the topic is known to be. */
    public Exported exported() {
        return jdbi.withHandle(handle -> handle.createQuery(READ).map(EXPORTED).findOne()).orElseThrow(
                () -> new StoreDefectException("registrations_export has no row", null, true));
    }

    /** The same for the leader; empty when the token is not the leader's any more. */
    public Optional<Exported> exported(long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token))
                ? Optional.of(exported())
                : Optional.empty();
    }

    /** Notes how far the topic is; false when the token is not the leader's any more. */
    public boolean note(Exported exported, long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token)
                && handle.createUpdate(NOTE).bindMethods(exported).execute() > 0);
    }

    /**
     * How far the topic is.
     *
     * @param exportId the history that readers receive
     * @param exportNumber of a later one it is higher, even if PostgreSQL was set back: when it began, as Unix time
     *     in milliseconds at least
     * @param failedOver of the history of changes, when the export began
     * @param complete whether all nodes have been published since it began
     */
    public record Exported(
            UUID exportId, long exportNumber, long revision, long failedOver, boolean complete) {

        Exported at(long newRevision, boolean nowComplete) {
            return new Exported(exportId, exportNumber, newRevision, failedOver, nowComplete);
        }

        /** @param change which change has the revision; empty where that is not known */
        RecordHeaders place(String change) {
            return new RecordHeaders(exportId, exportNumber, revision, change);
        }
    }
}
