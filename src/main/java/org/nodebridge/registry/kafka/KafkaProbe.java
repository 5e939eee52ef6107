// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ComponentProbe;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.kafka.deadletter.DeadLetterTopicSizes;
import org.nodebridge.registry.kafka.topic.BrokerClient;
import org.nodebridge.registry.kafka.topic.CatchUp;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the broker answers, whether this replica's consumer is in its group, and how far the group is behind. */
@ApplicationScoped
public class KafkaProbe implements ComponentProbe {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaProbe.class);

    /** Each is a series in every replica's metrics. */
    private static final int MOST_PARTITIONS_SHOWN = 256;

    /** A partition that gets another leader fails one or two. */
    private static final int TOO_OFTEN_UNMEASURED = 3;

    @Inject
    private BrokerClient broker;

    @Inject
    private ConsumerChannel channel;

    @Inject
    private LostCommits commits;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private ComponentMonitor monitor;

    @Inject
    private DeadLetterTopicSizes sizes;

    @Inject
    private UndecodableBatches undecodable;

    @Inject
    private TopicRisks risks;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private Identities identities;

    @Inject
    private StoreClock clock;

    private volatile Map<TopicPartition, Long> lag = Map.of();
    private final CatchUp sinceStart = new CatchUp();
    private CatchUp sinceLastLook = new CatchUp();
    private Instant lastLook;

    /** Measurements of the lag that have failed in a row, and why the last one has. */
    private int unmeasured;

    private String whyUnmeasured;

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
            lag = Map.of();
            progress.brokerUnavailable();
            return ComponentHealth.unhealthy("the broker at " + settings.bootstrapServers() + " does not answer");
        }
        boolean alive = channel.alive();
        progress.answered(alive, System.nanoTime());
        progress.assigned(channel.assignedPartitions().stream().map(TopicPartition::toString).collect(toSet()));
        measureLag();
        lookWhoCanBeHeard();
        undecodable.look(behind());
        observeProgress();
        ComponentHealth health = alive
                ? ComponentHealth.healthy("Kafka client connected")
                : ComponentHealth.unhealthy("the broker answers, but the consumer is gone");
        List<String> wrong = new ArrayList<>();
        Set<String> others = progress.heldByOthers();
        if (!others.isEmpty()) {
            wrong.add("no replica of this registry consumes " + String.join(", ", others) + "; "
                    + broker.holders(others));
        }
        Set<String> unwritable = progress.unwritable();
        if (!unwritable.isEmpty()) {
            wrong.add("nodes cannot write to " + String.join(", ", unwritable)
                    + ": too few brokers have a copy, or none leads");
        }
        if (unmeasured >= TOO_OFTEN_UNMEASURED) { // a broker that is left without the others takes them for alive
            wrong.add("how far the group is behind cannot be read from the brokers that lead: " + whyUnmeasured);
        }
        Map<String, String> held = undecodable.found();
        if (!held.isEmpty()) {
            wrong.add("a batch cannot be decoded, and its partition is held: " + String.join(", ", held.keySet()));
        }
        Map<String, List<String>> voided = risks.found();
        if (!voided.isEmpty()) {
            wrong.add("settings void guarantees: " + inWords(voided));
        }
        if (alive) {
            health = wrong.isEmpty() ? health : health.degraded(String.join("; ", wrong));
            health = health.with("topics_at_risk", voided.isEmpty() ? null : voided)
                    .with("undecodable", held.isEmpty() ? null : held);
        }
        for (Map.Entry<String, Object> loss : progress.losses().entrySet()) {
            health = health.with(loss.getKey(), loss.getValue());
        }
        return health.with("broker", settings.bootstrapServers())
                .with("cluster_id", cluster)
                .with("consumer_group", settings.groupId())
                .with("assigned_partitions", channel.assignedPartitions().size())
                .with("lag", unmeasured == 0 ? lag.values().stream().mapToLong(Long::longValue).sum() : null)
                .with("dead_letter_topics_too_small", sizes.tooSmall().isEmpty() ? null : sizes.tooSmall())
                .with("waiting_for", progress.waitingFor())
                .with("topics_without_append_time", withoutAppendTime());
    }

    private static String inWords(Map<String, List<String>> voided) {
        return voided.entrySet().stream()
                .map(topic -> "topic " + topic.getKey() + ": " + String.join(", ", topic.getValue()))
                .collect(joining("; "));
    }

    /** Only where claims of senders depend on it; {@code null} for none. */
    private Set<String> withoutAppendTime() {
        Set<String> topics = identities.topicsWithoutAppendTime();
        return topics.isEmpty() ? null : new TreeSet<>(topics);
    }

    private void measureLag() {
        // before the ends are read, so that all that lay in the topics then is before them
        Instant asked = clock.now();
        try {
            Map<TopicPartition, Long> readTo = channel.readTo();
            Map<TopicPartition, BrokerClient.Position> committed = broker.positions();
            Map<TopicPartition, BrokerClient.Position> positions = new LinkedHashMap<>();
            committed.forEach((partition, position) -> positions.put(partition,
                    position.readTo(readTo.getOrDefault(partition, 0L))));
            Map<TopicPartition, Long> measured = new LinkedHashMap<>();
            positions.forEach((partition, position) -> measured.put(partition, position.lag()));
            lag = measured;
            progress.allPartitions(positions.keySet().stream().map(TopicPartition::toString).collect(toSet()));
            commitWhatTheBrokerLacks(committed);
            boolean reached = sinceStart.reached(positions);
            if (reached && clock.known()) {
                progress.caughtUp(clock.now()); // compared with PostgreSQL's times, so none but those will do
            }
            if (clock.known()) {
                readUpTo(positions, asked);
            }
            settings.inputTopics().forEach(topic -> metrics.lag(topic, () -> lagOf(topic)));
            measured.keySet().stream()
                    .filter(partition -> partition.partition() < MOST_PARTITIONS_SHOWN)
                    .forEach(partition -> metrics.lag(partition.topic(), partition.partition(),
                            () -> lagOf(partition)));

            unmeasured = 0;
        } catch (KafkaException e) {
            lag = Map.of();
            unmeasured++;
            whyUnmeasured = e.getMessage();
        }
    }

    /** What was found before holds where the broker cannot tell: it is no reason to end a lease. */
    private void lookWhoCanBeHeard() {
        try {
            progress.unwritable(broker.unwritable(risks.minInSync()));
        } catch (KafkaException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage())
                    .log("The broker does not say which partitions can be written to");
        }
    }

    private void readUpTo(Map<TopicPartition, BrokerClient.Position> positions, Instant asked) {
        if (lastLook != null && sinceLastLook.reached(positions)) {
            progress.readUpTo(lastLook);
            lastLook = null;
            sinceLastLook = new CatchUp();
        }
        if (lastLook == null) {
            lastLook = asked;
            sinceLastLook.reached(positions);
        }
    }

    /** Offsets whose commit an outage has swallowed, and positions behind which nothing readable lies. */
    private void commitWhatTheBrokerLacks(Map<TopicPartition, BrokerClient.Position> positions) {
        Map<TopicPartition, Long> committed = new LinkedHashMap<>();
        positions.forEach((partition, position) -> committed.put(partition, position.next()));
        Map<TopicPartition, Long> lost = commits.look(committed);
        if (channel.commit(lost)) {
            LOG.atDebug().addKeyValue("partitions", lost.keySet())
                    .log("Offsets that the broker did not have are committed");
        }
    }

    /** Only its own partitions can tell whether this replica stands still. */
    private void observeProgress() {
        if (unmeasured > 0) {
            return; // it goes on as it was, for all that is known
        }
        Set<TopicPartition> moving = behind();
        moving.removeAll(undecodable.held()); // no restart would help
        boolean behind = !moving.isEmpty();
        progress.observed(behind && !monitor.mayHoldUp("postgres"), System.nanoTime());
    }

    /** This replica's partitions in which something can be read. */
    private Set<TopicPartition> behind() {
        return channel.assignedPartitions().stream()
                .filter(partition -> lag.getOrDefault(partition, 0L) > 0)
                .collect(toSet());
    }

    /** NaN for a partition that is not there any more, or while the broker does not answer. */
    private Number lagOf(TopicPartition partition) {
        Long records = lag.get(partition);
        return records == null ? Double.NaN : records;
    }

    /** NaN for a topic of which nothing is known, as while the broker does not answer. */
    private Number lagOf(String topic) {
        return lag.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .<Number>map(Map.Entry::getValue)
                .reduce((one, other) -> one.longValue() + other.longValue())
                .orElse(Double.NaN);
    }
}
