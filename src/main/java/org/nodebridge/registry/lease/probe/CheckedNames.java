// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.BoundedNames.NotLookedUpException;

/**
 * Finds the addresses behind the names of nodes by the rules of probes, for other users of node addresses.
 * Create it, and call it, on a managed thread. Safe for many threads.
 */
@ApplicationScoped
public class CheckedNames {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    @Resource(lookup = "java:app/concurrent/probes")
    private ManagedThreadFactory threads;

    @Inject
    private ProbeSettings settings;

    private BoundedNames names;
    private BoundedNames namesOfOthers;

    @PostConstruct
    void create() {
        names = bounded();
        namesOfOthers = bounded();
    }

    private BoundedNames bounded() {
        return new BoundedNames(InetAddress::getAllByName, threads, settings.concurrency(), settings.timeout());
    }

    /** Whether it is an address rather than a name, so that nothing has to be looked up. */
    public static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    /** Whether callers may be sent there. */
    public boolean allows(InetAddress address) {
        return settings.allowedAddresses().allows(address);
    }

    /** @throws UnknownHostException when it is none after all */
    public InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    /**
     * Looks a name up; does not wait. Fails with {@link UnknownHostException} and others, at the probes' timeout at the
     * latest. Empty where as many lookups as there may be are under way, which says nothing of the name.
     */
    public Optional<CompletableFuture<List<InetAddress>>> lookUp(String name) {
        return lookUp(name, names);
    }

    /** The same for a node of another registry: such lookups take none of the places of those for our own. */
    public Optional<CompletableFuture<List<InetAddress>>> lookUpOfOthers(String name) {
        return lookUp(name, namesOfOthers);
    }

    private Optional<CompletableFuture<List<InetAddress>>> lookUp(String name, BoundedNames bounded) {
        try {
            return Optional
                    .of(bounded.begin(name).copy().orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                            .thenApply(List::of));
        } catch (NotLookedUpException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(CompletableFuture.failedFuture(e));
        }
    }
}
