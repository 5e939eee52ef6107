package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.config.KafkaSettings;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ComponentProbe;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Whether the broker answers, whether this replica's consumer is in its group, and how far the group is behind. */
@ApplicationScoped
class KafkaProbe implements ComponentProbe {

    @Inject
    private BrokerClient broker;

    @Inject
    private ConsumerChannel channel;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private ComponentMonitor monitor;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistryMetrics metrics;

    private final Map<String, Long> lag = new ConcurrentHashMap<>();

    @Override
    public String component() {
        return "kafka";
    }

    @Override
    public ComponentHealth probe() {
        String cluster;
        try {
            cluster = broker.clusterId();
        } catch (KafkaException e) {
            lag.clear();
            progress.observed(false, Instant.now());
            return ComponentHealth.unhealthy("the broker at " + settings.bootstrapServers() + " does not answer");
        }
        measureLag();
        long behind = lag.values().stream().mapToLong(Long::longValue).sum();
        boolean storeUp = monitor.health("postgres").state() == State.HEALTHY;
        progress.observed(behind > 0 && storeUp && progress.waitingFor() == null, Instant.now());
        ComponentHealth health = channel.alive()
                ? ComponentHealth.healthy("Kafka client connected")
                : ComponentHealth.unhealthy("the broker answers, but the consumer is gone");
        return health.with("broker", settings.bootstrapServers())
                .with("cluster_id", cluster)
                .with("consumer_group", settings.groupId())
                .with("assigned_partitions", channel.assignedPartitions())
                .with("lag", behind)
                .with("waiting_for", progress.waitingFor());
    }

    private void measureLag() {
        try {
            lag.putAll(broker.lag());
            lag.keySet().forEach(topic -> metrics.lag(topic, () -> lag.getOrDefault(topic, 0L)));
        } catch (KafkaException e) {
            lag.clear(); // topics that are not there yet have no lag
        }
    }
}
