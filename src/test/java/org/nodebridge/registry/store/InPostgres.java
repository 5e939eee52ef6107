// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.junit.jupiter.api.BeforeEach;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.incontainer.InOneDeployment;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.Rows;

/** What a test of the store in the container begins with: an empty, migrated database, and one node to speak of. */
@InOneDeployment
@ArquillianTest
public abstract class InPostgres {

    public static final NodeOnTheWire NODE = NodeOnTheWire.named("a");
    public static final String ID = NODE.nodeId();

    @Inject
    RegistrationBatchRepository repository;

    @Inject
    public ToolRegistrationRepository registrations;

    @Inject
    public PendingWritesRepository pendingWrites;

    @Inject
    public RegistrySettings settings;

    @Inject
    private SchemaMigration migration;

    @Resource(lookup = "jdbc/registry")
    DataSource dataSource;

    public Rows rows;

    @BeforeEach
    public void clear() {
        rows = new Rows(dataSource);
        // another test may have begun with nothing
        if (!migration.done() || rows.number("SELECT count(*) FROM pg_tables WHERE tablename = 'node_owners'") == 0) {
            migration.migrate();
        }
        rows.execute("DELETE FROM tool_registrations");
        rows.execute("DELETE FROM registration_history");
        rows.execute("DELETE FROM node_owners");
    }

    public StoredBatch store(NodeEvent... events) {
        return repository.store(RegistrationBatch.collapse(List.of(events)));
    }

    public Outcome outcome(NodeEvent event) {
        return store(event).only().outcome();
    }

    public String status(String nodeId) {
        return rows.of(nodeId).path("status").asText();
    }
}
