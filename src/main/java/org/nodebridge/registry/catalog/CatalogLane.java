package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;
import org.nodebridge.registry.config.ConsulSettings;

/** One way into Consul. Safe for many threads; every method but the sizes blocks and may throw what Consul said. */
interface CatalogLane {

    /** The lane that the settings ask for. */
    static CatalogLane of(ConsulSettings settings, String registryId) {
        return switch (settings.mode()) {
            case CATALOG -> new TransactionLane(settings, registryId);
            case AGENT -> new AgentLane(settings, registryId);
        };
    }

    /** The most changes that {@link #apply} takes, 1 or more. */
    int transactionSize();

    /** How many calls of {@link #apply} at once get the most done, 1 or more. */
    int transactionsAtOnce();

    /** Makes all of the changes or none; of one node there is at most one. */
    void apply(List<CatalogChange> transaction);

    /** The address of Consul's leader; empty when there is none. */
    String leader();

    /** Everything in Consul with our owner mark, by node id. */
    Map<String, CatalogInstance> instances();

    /** Lets go of connections. */
    void close();
}
