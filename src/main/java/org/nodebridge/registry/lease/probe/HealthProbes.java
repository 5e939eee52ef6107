// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.metrics.RegistryMetrics;

/**
 * Asks nodes for their health, many at once. Safe for many threads. Create it, and call it, on a managed thread: it
 * holds container resources.
 *
 * <p>A probe under way has a thread of its own, a virtual one where there are any. It takes none of the container's
 * pool: there, on Java 17, nodes that do not answer would keep all other work waiting.
 */
@ApplicationScoped
@ManagedThreadFactoryDefinition(name = "java:app/concurrent/probes", virtual = true)
public class HealthProbes {

    @Resource(lookup = "java:app/concurrent/probes")
    private ManagedThreadFactory threads;

    @Resource
    private ManagedScheduledExecutorService deadlines;

    @Inject
    private ProbeSettings settings;

    @Inject
    private RegistryMetrics metrics;

    private ConcurrentProbes probes;

    @PostConstruct
    void create() {
        probes = new ConcurrentProbes(
                settings,
                new HealthProbe(
                        settings, deadlines,
                        new BoundedNames(InetAddress::getAllByName, threads, settings.concurrency(),
                                settings.timeout())),
                threads,
                result -> metrics.probe(result.outcome().wireName()));
    }

    /**
     * Asks each node, and each endpoint once however many nodes share it. Blocks, for as long as it takes to ask all of
     * them, none longer than the timeout, with as many at once as the settings allow.
     *
     * @param endpointsByNodeId as {@link ProbeTarget} gives them
     * @return what came of it, by node id. A node that is not in it was not asked, which says nothing of it: for want
     *     of a thread, because name servers hold up as many lookups as there may be, because an earlier probe of its
     *     endpoint is still held up, or because the calling thread was interrupted
     */
    public Map<String, ProbeResult> all(Map<String, URI> endpointsByNodeId) {
        return probes.all(endpointsByNodeId);
    }
}
