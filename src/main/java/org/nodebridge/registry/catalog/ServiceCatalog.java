// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where callers discover the nodes: the port, behind which Consul stands ({@code catalog.consul}). Safe for many
 * threads. What asks or tells the catalog blocks, for fifteen seconds at most where nothing else is said, so never call
 * it with a database transaction open.
 */
public interface ServiceCatalog {

    /**
     * The most changes that are made all or none, and the most that {@link #remove} takes; does not ask the catalog.
     */
    int transactionSize();

    /** How many calls of {@link #write} at once get the most done; does not ask the catalog. */
    int transactionsAtOnce();

    /** How long a call of {@link #remove} may take at most; who removes as the leader must lead for as long. */
    Duration longestRemoval();

    /** How the reason begins for which an entry of another installation is neither written over nor removed. */
    String FOREIGN = "the entry belongs to another installation of this registry id: ";

    /** How the reason begins for which a node has its entry, but not that of its sidecar proxy. */
    String SIDECAR = "the node is registered, its sidecar proxy is not: ";

    /** The identity of this installation, which entries carry from now on; does not ask the catalog. */
    void installation(String id);

    /** Which other installations have entries here, and how many, as a comparison has found; does not ask. */
    void others(Map<String, Long> entries);

    /**
     * What the notes of other installations say: a registration is written over an entry of a dead one from now on. A
     * removal never is done to one.
     */
    void judged(OtherInstallations found);

    /** The same as it is now: none is dead once what was found is too old; does not ask. */
    OtherInstallations otherInstallations();

    /**
     * Whether an entry, under whichever Consul node, is the installation's or does not say whose it is. May take 100
     * seconds.
     *
     * @throws CatalogException when the catalog does not say
     */
    boolean mayHaveEntries(String installation);

    /** Where our entries stand in the catalog, as {@link CatalogInstance#consulNode} names it; does not ask it. */
    String place();

    /**
     * Makes the changes as far as the catalog lets it. Throws nothing for what the catalog does or fails to do. Once it
     * proves unavailable nothing more is begun, so that an outage holds the caller for one call's time and not for one
     * a transaction.
     *
     * @param changes of one node at most one
     */
    CatalogOutcome write(List<? extends CatalogChange> changes);

    /**
     * What the catalog is to show of a node; does not ask it.
     *
     * @throws CatalogRefusedException naming the node, when its id is no text that the catalog could give back, or
     *     nothing can be made of it
     */
    ServiceEntry entry(CatalogChange.Register change);

    /**
     * What the catalog is to show of the node's sidecar proxy, empty for nothing; does not ask it.
     *
     * @param entry that of the node itself
     */
    Optional<ServiceEntry> sidecar(CatalogChange.Register change, ServiceEntry entry);

    /**
     * What the check of an entry is to be; does not ask the catalog.
     *
     * @param judged what the registry judges of the node's health
     */
    ExpectedCheck expectedCheck(ServiceEntry entry, CheckStatus judged);

    /**
     * What carries our owner mark where our entries stand, as the catalog's leader has it. May take 100 seconds.
     *
     * @param expected asked of each entry, more than once when the catalog has to be asked again; those that are as
     *     expected are not kept
     * @throws CatalogException when the catalog does not say; never nothing in its place
     */
    CatalogInstances instances(Predicate<CatalogInstance> expected);

    /**
     * The entry at the place of our entry of the node, regardless of who wrote it, as the catalog's leader has it;
     * empty when there is none. Reads that one entry only, on behalf of a waiting client: it answers or throws within
     * five seconds.
     *
     * @throws CatalogException when the catalog does not say; never empty in its place
     */
    Optional<CatalogInstance> instance(String nodeId);

    /** The same of the entry of the node's sidecar proxy, ours only. */
    Optional<CatalogInstance> sidecar(String nodeId);

    /**
     * What our entries of the nodes show that was decided about these; nothing of nodes without one. A read for each
     * {@link #transactionSize()} of them.
     *
     * @throws CatalogException when the catalog does not say; never nothing in its place
     */
    Map<String, EntryDecisions> decisions(List<String> nodeIds);

    /**
     * Why nodes are cordoned, by node id, as the checks of the entries of this registry id say where ours stand,
     * regardless of the installation that wrote them. One read, however many entries there are.
     *
     * @param most the most nodes; those beyond it are left out, whichever they are
     * @throws CatalogException when the catalog does not say; never nothing in its place
     */
    Map<String, String> cordons(int most);

    /**
     * What carries our owner mark in another place than that of our entries: left there when a setting changed, or put
     * there by another program. Empty where the catalog knows one place only. May take 100 seconds.
     *
     * @throws CatalogException when the catalog does not say; never an empty list in its place
     */
    List<CatalogInstance> strays();

    /**
     * Removes entries that are still as they were read, and leaves the others. Not tried again: when it failed it may
     * have taken effect all the same, and who asks again must look again first.
     *
     * @param instances at most {@link #transactionSize()} of them
     * @return those that were left, and why
     * @throws CatalogException when the catalog did not say what became of them
     */
    Map<CatalogInstance, String> remove(List<CatalogInstance> instances);
}
