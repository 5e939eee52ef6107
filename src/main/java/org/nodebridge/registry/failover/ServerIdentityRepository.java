// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.store.jdbc.OfAnyServer;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Which PostgreSQL it is that answers, over each of the two pools. Safe from any thread. */
@ApplicationScoped
@TranslatesFailures
@OfAnyServer
@Transactional
public class ServerIdentityRepository {

    private static final RowMapper<Identity> IDENTITY = ConstructorMapper.of(Identity.class);

    private static final String ASK = """
            SELECT registry_system_identifier() AS system, registry_timeline() AS timeline,
                   (SELECT installation_id::text FROM registry_installation) AS installation
            """;

    /** What the pool takes for the shutdown of its server, so that it gives up all its connections. */
    private static final String GIVE_UP =
            "DO $$ BEGIN RAISE EXCEPTION 'this is not the primary' USING ERRCODE = 'admin_shutdown'; END $$";

    @Inject
    private Jdbi writes;

    @Inject
    @Reads
    private Jdbi reads;

    /** The server that is written to. */
    public Identity written() {
        return asked(writes);
    }

    /** The server that HTTP clients read from. */
    public Identity read() {
        return asked(reads);
    }

    /** Has the pool for writes connect again, to whichever server is primary then; always throws. */
    public void giveUpWritten() throws StoreUnavailableException {
        writes.useHandle(handle -> handle.execute(GIVE_UP));
    }

    /** The same for the pool for reads. */
    public void giveUpRead() throws StoreUnavailableException {
        reads.useHandle(handle -> handle.execute(GIVE_UP));
    }

    private static Identity asked(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery(ASK).map(IDENTITY).one());
    }

    /**
     * @param system the same for a server and its standbys; empty where it is unknown
     * @param timeline counts up at each promotion; 0 where it is unknown
     * @param installation another one for a copy that runs beside, whose promotions are not those of the original
     */
    public record Identity(String system, long timeline, String installation) {}
}
