// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.store.jdbc.InstallationKnown;
import org.nodebridge.registry.store.jdbc.JdbiProducer;
import org.nodebridge.registry.store.jdbc.OfAnyServer;
import org.nodebridge.registry.store.jdbc.SchemaState;
import org.nodebridge.registry.store.jdbc.ServerCheck;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreLockedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Brings the schema up to date. Replicas that start together do so one after the other; an installation that has the
 * original table keeps it and its rows. Where another program holds a table, a statement that needs it gives up after
 * seconds: all readers of the table wait behind it.
 */
@ApplicationScoped
@TranslatesFailures
@OfAnyServer
public class SchemaMigration {

    /** Any number that others who lock in this database do not use: "nodebrid" as bytes. */
    private static final long LOCK = 0x6e6f6465_62726964L;

    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private static final String NOTES = "node_bridge_registry_schema";

    @Resource(lookup = "jdbc/registry-migrations")
    private DataSource dataSource;

    @Inject
    private SchemaState state;

    @Inject
    private StoreClock clock;

    @Inject
    private Instance<ServerCheck> checks;

    @Inject
    private Event<InstallationKnown> installation;

    /** Whether this replica has found the schema up to date; before that no repository is worth asking. */
    public boolean done() {
        return state.upToDate();
    }

    /** Whether this replica has tried at least once, well or not. */
    public boolean tried() {
        return state.tried();
    }

    /**
     * Applies what is missing; does nothing when nothing is. Must not run inside a transaction.
     *
     * @throws StoreUnavailableException when PostgreSQL is unavailable, or a former primary
     */
    public void migrate() {
        boolean done = false;
        // Flyway has a lock too, but not while it makes the table that it keeps its own notes in
        try (Handle lock = JdbiProducer.configured(Jdbi.create(dataSource)).open()) {
            try {
                take(lock);
                refuseSharedSession(lock);
                forgetFailures(lock);
                configuration(dataSource).load().migrate();
                readClock(lock);
                installation.fire(new InstallationKnown(installationId(lock)));
            } finally {
                lock.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
            }
            checks.forEach(ServerCheck::check);
            done = true;
        } finally {
            state.tried(done);
        }
    }

    /**
     * Waits for the replica that migrates, which may take its time. Asks again and again: an index that is built
     * concurrently waits for all statements that have begun before, also for one that waits for this lock.
     */
    private static void take(Handle lock) {
        long asked = System.nanoTime();
        while (!lock.createQuery("SELECT pg_try_advisory_lock(" + LOCK + ")").mapTo(Boolean.class).one()) {
            if (System.nanoTime() - asked > MAX_WAIT.toNanos() || Thread.currentThread().isInterrupted()) {
                throw new StoreLockedException("another replica migrates the schema", null);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Who may ask the repositories from now on is to have the time as well. */
    private void readClock(Handle handle) {
        long asked = System.nanoTime();
        Instant time = handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one();
        clock.read(time, asked, System.nanoTime());
    }

    private static String installationId(Handle handle) {
        return handle.createQuery("SELECT installation_id::text FROM registry_installation")
                .mapTo(String.class)
                .one();
    }

    /** A pooler that gives each transaction another session would leave the lock with any client. */
    private static void refuseSharedSession(Handle lock) {
        boolean held = lock.createQuery("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"
                + " AND pid = pg_backend_pid() AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) = " + LOCK
                + ")").mapTo(Boolean.class).one();
        if (!held) {
            throw new StoreUnavailableException(
                    "migrations need sessions of their own, which a pooler of transactions does not give:"
                            + " POSTGRES_MIGRATION_HOST and POSTGRES_MIGRATION_PORT are to name PostgreSQL itself",
                    null);
        }
    }

    /** A migration outside a transaction that has failed is noted, and Flyway would wait for an operator. */
    private static void forgetFailures(Handle lock) {
        if (lock.createQuery("SELECT to_regclass('" + NOTES + "') IS NOT NULL").mapTo(Boolean.class).one()) {
            lock.execute("DELETE FROM " + NOTES + " WHERE NOT success");
        }
    }

    static FluentConfiguration configuration(DataSource dataSource) {
        return Flyway.configure(SchemaMigration.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .table(NOTES)
                // of a session, as ours is: an index that is built concurrently would wait for the transaction's end
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .baselineOnMigrate(true)
                .baselineVersion("0");
    }
}
