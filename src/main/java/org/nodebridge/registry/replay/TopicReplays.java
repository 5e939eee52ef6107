// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.introspection.IntrospectionTopic;
import org.nodebridge.registry.kafka.topic.Confirmation;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and cancels replays of topics; one runs at a time over all replicas. Safe from any thread. */
@ApplicationScoped
public class TopicReplays {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReplays.class);
    private static final Duration LONGEST_FINISH = Duration.ofSeconds(10);

    /** So many of the cluster's lease times: a batch must not outlast the lease. */
    private static final int LEASE_TIMES = 4;

    @Resource
    private ManagedExecutorService executor;

    @Inject
    private RegistrySettings settings;

    @Inject
    private DualRegistrationService service;

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private StoreClock clock;

    @Inject
    private Identities identities;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private TopicReplayRepository replays;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private IntrospectionTopic introspection;

    @Inject
    private ThisReplica replica;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Future<?> running;

    /**
     * Begins a replay that goes on after this call, on this replica.
     *
     * @throws InvalidReplayException when what is asked for is not in the topics
     * @throws ReplayUnderWayException when another one runs
     * @throws TopicUnavailableException when Kafka does not answer
     */
    public TopicReplay start(TopicReplayRequest request) {
        ReplayPlan plan = ReplayPlan.of(request, settings.kafka());
        UUID id = UUID.randomUUID();
        ReplayLease lease =
                new ReplayLease(leases, id.toString(), settings.clusterLeaseTtl().multipliedBy(LEASE_TIMES));
        if (!lease.take()) {
            throw new ReplayUnderWayException("another replay of topics is under way");
        }
        try {
            TopicReplay replay = begun(id, request, plan);
            RecordRereader reader = new RecordRereader(settings, identities, clock, request.dryRun());
            RecordBatches batches = request.dryRun()
                    ? new FoldedRecords(
                            reader, nodeIds -> registrations.findAll(nodeIds, NewestEvent::of),
                            settings.buffers().dryRunBytes())
                    : new StoredRecords(reader, service, catalog::cordons);
            running = executor.submit(new TopicReplayRun(
                    replay, plan, batches, lease, replays, request.dryRun() ? reason -> {} : this::askNodes, settings,
                    stopping));
            return replay;
        } catch (RuntimeException e) {
            lease.release();
            throw e;
        }
    }

    /**
     * Has a replay end after the batch under way, on whichever replica it runs.
     *
     * @throws ReplayUnderWayException when it has ended already
     */
    public void cancel(UUID id) {
        if (!replays.cancel(id)) {
            throw new ReplayUnderWayException("replay " + id + " has ended");
        }
    }

    /** A replay under way here ends as interrupted. */
    public void stop(
            @Observes(notifyObserver = Reception.IF_EXISTS) @Priority(10)
            @BeforeDestroyed(ApplicationScoped.class) Object event) {
        stopping.countDown();
        Future<?> last = running;
        if (last != null) {
            try {
                last.get(LONGEST_FINISH.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.atDebug().setCause(e).log("A replay has not ended in order");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private TopicReplay begun(UUID id, TopicReplayRequest request, ReplayPlan plan) {
        var topics = JsonNodeFactory.instance.arrayNode();
        plan.parts().stream()
                .flatMap(part -> part.keySet().stream())
                .map(TopicPartition::topic)
                .distinct()
                .forEach(topics::add);
        TopicReplay replay = new TopicReplay(
                id, Instant.now(), request.requestedBy(), replica.id(), request.from().asJson(), topics,
                request.dryRun(), "running", false, plan.length(), 0, JsonNodeFactory.instance.objectNode(), null, null,
                null);
        replays.begin(replay);
        return replay;
    }

    /** Returns when Kafka has confirmed the request, or throws {@link TopicUnavailableException}. */
    private void askNodes(String reason) {
        Confirmation.await(introspection.ask(reason, null));
    }
}
