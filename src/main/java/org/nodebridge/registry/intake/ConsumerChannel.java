package org.nodebridge.registry.intake;

import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.PausableChannel;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.ChannelSettings;
import org.nodebridge.registry.config.KafkaSettings;

/** The incoming channel as a thing that can be let go, held and looked at. */
@ApplicationScoped
class ConsumerChannel {

    @Inject
    private ChannelRegistry channels;

    @Inject
    private KafkaClientService clients;

    @Inject
    private KafkaSettings settings;

    private volatile Set<TopicPartition> assigned = Set.of();

    /** Lets records in; until then the channel is held. */
    void open() {
        pausable().resume();
    }

    /** Lets no further batch in. */
    void hold() {
        pausable().pause();
    }

    /** Whether the consumer's polling thread still answers. */
    boolean alive() {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (consumer == null) {
            return false;
        }
        try {
            assigned = consumer.getAssignments().await().atMost(patience());
            return true;
        } catch (RuntimeException e) {
            assigned = Set.of();
            return false;
        }
    }

    /** The partitions this replica had when it was last asked whether it is alive. */
    Set<TopicPartition> assignedPartitions() {
        return assigned;
    }

    /** The polling thread answers between two polls. */
    private Duration patience() {
        return settings.pollTimeout().plusSeconds(2);
    }

    private PausableChannel pausable() {
        return channels.getPausable(ChannelSettings.NODE_EVENTS);
    }
}
