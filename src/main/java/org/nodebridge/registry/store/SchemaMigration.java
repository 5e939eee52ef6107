package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema up to date. Flyway's lock lets replicas start together; an installation that has the original
 * table keeps it and its rows.
 */
@ApplicationScoped
@TranslatesFailures
public class SchemaMigration {

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    private volatile boolean done;

    /** Whether this replica has found the schema up to date; before that no repository is worth asking. */
    public boolean done() {
        return done;
    }

    /**
     * Applies what is missing; does nothing when nothing is. Must not run inside a transaction.
     *
     * @throws StoreUnavailableException when PostgreSQL is away
     */
    public void migrate() {
        Flyway.configure(SchemaMigration.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .table("node_bridge_registry_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        done = true;
    }
}
