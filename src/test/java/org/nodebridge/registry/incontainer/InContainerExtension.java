// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import org.jboss.arquillian.container.spi.event.container.AfterStop;
import org.jboss.arquillian.container.spi.event.container.BeforeStart;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.PostgresServer;

/**
 * Brings up PostgreSQL and Consul before Arquillian starts Liberty, and takes them down after it. The server's
 * directory is there before, when this extension is loaded, because Arquillian looks for it first thing.
 */
public final class InContainerExtension implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        LibertyDirectory.current().publish();
        builder.observer(Backends.class).observer(SharedDeployment.class);
    }

    /** Started once for all classes; they end with this JVM at the latest. */
    public static final class Backends {

        private final LibertyDirectory liberty = LibertyDirectory.current();
        private final PostgresServer postgres = PostgresServer.in(liberty.beside("postgresql"));
        private ConsulServer consul;

        void start(@Observes BeforeStart event) {
            postgres.start();
            consul = ConsulServer.in(liberty.beside("consul"));
            consul.start();
            liberty.writeEnvironment(postgres, consul);
        }

        void stop(@Observes AfterStop event) {
            consul.stop();
            postgres.stop();
        }
    }
}
