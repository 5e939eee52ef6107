package org.nodebridge.registry.intake;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.ChannelSettings;

/** Hears on the polling thread which partitions come and go, before another replica can read them. */
@ApplicationScoped
@Identifier(ChannelSettings.NODE_EVENTS)
public class PartitionChanges implements KafkaConsumerRebalanceListener {

    @Inject
    private CollectedHeartbeats collected;

    @Inject
    private LostCommits commits;

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        collected.assigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        collected.revoked(partitions);
        commits.forget(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        collected.revoked(partitions);
        commits.forget(partitions);
    }
}
