// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * The calls to Consul, each with fault tolerance, which only this class has, and {@link ConsulBreaker}. It must be
 * called through its proxy. The values of the annotations are in {@code microprofile-config.properties}, each by a
 * {@code registry.consul.*} key.
 *
 * <p>Besides what each method names, a call may throw {@link
 * org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException}: it took too long, the breaker is
 * open, or too many calls are under way. All of these mean unavailable. Safe for many threads. Never call it with a
 * database transaction open: a call may take fifteen seconds.
 */
@ApplicationScoped
public class GuardedConsul {

    private final ConsulClient client;
    private final ConsulBreaker breaker;

    /** For the proxy only. */
    GuardedConsul() {
        client = null;
        breaker = null;
    }

    /** @throws IllegalArgumentException naming the setting of TLS or address that cannot be used */
    @Inject
    public GuardedConsul(RegistrySettings settings, OwnerMark owner, ConsulBreaker breaker) {
        this(ConsulClient.of(settings.consul(), owner, settings.probes().allowedAddresses()), breaker);
    }

    /** Without a container, and so without fault tolerance. */
    GuardedConsul(ConsulClient client) {
        this(client, new ConsulBreaker());
    }

    private GuardedConsul(ConsulClient client, ConsulBreaker breaker) {
        this.client = client;
        this.breaker = breaker;
    }

    /** The most changes that {@link #apply} takes at once; does not ask Consul. */
    public int transactionSize() {
        return client.transactionSize();
    }

    /** How many calls of {@link #apply} at once get the most done; does not ask Consul. */
    public int transactionsAtOnce() {
        return client.transactionsAtOnce();
    }

    /**
     * Makes all of the changes or, when it throws {@link CatalogRefusedException}, none.
     *
     * @param transaction at most {@link #transactionSize()} changes, of one node at most one
     * @throws CatalogRefusedException when Consul says no; not tried again
     * @throws CatalogUnavailableException when Consul does not answer, tried again in vain; the changes may have
     *     been made all the same
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(20)
    public void apply(List<CatalogChange> transaction) {
        breaker.call(() -> {
            client.apply(transaction);
            return null;
        });
    }

    /**
     * What carries our owner mark where our entries stand, as Consul's leader has it.
     *
     * @param expected asked of each entry, more than once when Consul has to be asked again; those that are as expected
     *     are not kept
     * @throws CatalogException when Consul does not say; never nothing in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(2)
    public CatalogInstances instances(Predicate<CatalogInstance> expected) {
        return breaker.call(() -> client.instances(expected));
    }

    /**
     * The entry at the place of our entry of the node, regardless of who wrote it, as Consul's leader has it; empty
     * when there is none. Reads that one entry only, on behalf of a waiting client: it answers or throws within five
     * seconds.
     *
     * @throws CatalogException when Consul does not say; never empty in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(20)
    public Optional<CatalogInstance> instance(String nodeId) {
        return breaker.call(() -> client.instance(nodeId));
    }

    /**
     * The entry of the node's sidecar proxy, if it is ours, as Consul's leader has it; otherwise as {@link #instance}.
     *
     * @throws CatalogException when Consul does not say; never empty in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(20)
    public Optional<CatalogInstance> sidecar(String nodeId) {
        return breaker.call(() -> client.sidecar(nodeId));
    }

    /**
     * What our entries of the nodes show that was decided about these; nothing of nodes without one.
     *
     * @param nodeIds at most {@link #transactionSize()} of them
     * @throws CatalogException when Consul does not say; never nothing in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(20)
    public Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        return breaker.call(() -> client.decisions(nodeIds));
    }

    /**
     * Why nodes are cordoned, by node id, as the checks of entries of our registry id say where ours stand, regardless
     * of the installation that wrote them.
     *
     * @param most the most nodes; those beyond it are left out, whichever they are
     * @throws CatalogException when Consul does not say; never nothing in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(2)
    public Map<String, String> cordons(int most) {
        return breaker.call(() -> client.cordons(most));
    }

    /**
     * What carries our owner mark under another Consul node than that of our entries: left there when the setting
     * changed, or written there manually. Empty in agent mode, which knows one agent only.
     *
     * @throws CatalogException when Consul does not say; never an empty list in its place
     */
    @Retry(
            retryOn = {CatalogUnavailableException.class, TimeoutException.class, BulkheadException.class},
            abortOn = CatalogRefusedException.class)
    @Timeout
    @Bulkhead(2)
    public List<CatalogInstance> strays() {
        return breaker.call(client::strays);
    }

    /**
     * Removes entries that are still as they were read, and leaves the others. Not tried again: when it failed it may
     * have taken effect all the same, and who asks again must look again first.
     *
     * @param instances at most {@link #transactionSize()} of them
     * @return those that were left, and why
     * @throws CatalogException when Consul did not say what became of them
     */
    @Timeout
    @Bulkhead(1)
    public Map<CatalogInstance, String> remove(List<CatalogInstance> instances) {
        return breaker.call(() -> client.remove(instances));
    }

    /**
     * The address of Consul's leader, asked now: not tried again, and not held back by an open breaker.
     *
     * @throws CatalogException when Consul does not answer, or has no leader
     */
    @Timeout
    @Bulkhead(5)
    public String leader() {
        String leader = client.leader();
        if (leader == null || leader.isBlank()) {
            throw new CatalogUnavailableException("Consul has no leader");
        }
        return leader;
    }

    /**
     * Raises a number in Consul's key-value store to at least this, and returns what it is then: not tried again, and
     * not held back by an open breaker.
     *
     * @throws CatalogException when Consul does not answer, or the ACL token may not
     */
    @Timeout
    @Bulkhead(5)
    public long raise(String key, long value) {
        return client.raise(key, value);
    }

    /**
     * The numbers below a key of Consul's key-value store, as its leader has them: not tried again, and not held back
     * by an open breaker.
     *
     * @throws CatalogException when Consul does not answer
     */
    @Timeout
    @Bulkhead(5)
    public Map<String, Long> notes(String key) {
        return client.notes(key);
    }

    /**
     * Removes a number from Consul's key-value store, unless it has changed; whether it is gone by this. Not tried
     * again, and not held back by an open breaker.
     *
     * @throws CatalogException when Consul does not answer, or the ACL token may not
     */
    @Timeout
    @Bulkhead(5)
    public boolean forget(String key, long number) {
        return client.forget(key, number);
    }

    /**
     * Whether an entry, under whichever Consul node, has the installation's mark or none. Not tried again.
     *
     * @throws CatalogException when Consul does not say
     */
    @Timeout
    @Bulkhead(2)
    public boolean mayHaveEntries(String installation) {
        return breaker.call(() -> client.mayHaveEntries(installation));
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
