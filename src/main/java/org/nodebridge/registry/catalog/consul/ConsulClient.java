// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.value.AddressAllowList;

/** One way into Consul. Safe for many threads; every method but the sizes blocks and may throw what Consul said. */
interface ConsulClient {

    /**
     * The client that the settings ask for.
     *
     * @param owner by which our entries are known
     * @param probed where Consul, or consul-esm by its orders, may be sent to probe a node
     */
    static ConsulClient of(ConsulSettings settings, OwnerMark owner, AddressAllowList probed) {
        return switch (settings.mode()) {
            case CATALOG -> new ConsulTransactionClient(settings, owner, new CheckAddresses(probed));
            case AGENT -> new ConsulAgentClient(settings, owner, new CheckAddresses(probed));
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

    /** What stands with our owner mark where this client writes. */
    CatalogInstances instances(Predicate<CatalogInstance> expected);

    /** The entry where this client writes the node's, regardless of who wrote it; empty when there is none. */
    Optional<CatalogInstance> instance(String nodeId);

    /** The entry of the node's sidecar proxy where this client writes it, if it is ours. */
    Optional<CatalogInstance> sidecar(String nodeId);

    /**
     * What our entries of the nodes show that was decided about these; nothing of nodes without one.
     *
     * @param nodeIds at most {@link #transactionSize()} of them
     */
    Map<String, EntryDecisions> decisions(List<String> nodeIds);

    /**
     * Why nodes are cordoned, by node id, as the checks of entries of our registry id say where this client writes,
     * regardless of the installation.
     *
     * @param most the most nodes
     */
    Map<String, String> cordons(int most);

    /** What stands with our owner mark elsewhere, under another Consul node. */
    List<CatalogInstance> strays();

    /**
     * Removes entries that are still what they were when they were read.
     *
     * @param instances at most {@link #transactionSize()} of them, all with our owner mark
     * @return those that were left, and why
     */
    Map<CatalogInstance, String> remove(List<CatalogInstance> instances);

    /** Raises a number that only grows in the key-value store to at least this; returns what it is then. */
    long raise(String key, long value);

    /** The numbers below a key of the key-value store, by the rest of their keys. */
    Map<String, Long> notes(String key);

    /** Removes a number from the key-value store, unless it has changed; whether it is gone by this. */
    boolean forget(String key, long number);

    /** Whether an entry, under whichever Consul node, has the installation's mark or none. */
    boolean mayHaveEntries(String installation);

    /** Lets go of connections. */
    void close();
}
