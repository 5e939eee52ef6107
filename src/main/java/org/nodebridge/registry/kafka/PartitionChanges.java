// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears on the polling thread which partitions come and go, before another replica can read them. */
@ApplicationScoped
@Identifier(ChannelSettings.NODE_EVENTS)
public class PartitionChanges implements KafkaConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionChanges.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Inject
    private CollectedHeartbeats collected;

    @Inject
    private LostCommits commits;

    @Inject
    private PolledOffsets polled;

    @Inject
    private Acknowledgements acknowledgements;

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        collected.assigned(partitions);
    }

    /**
     * Also when the client closes, which at a SIGTERM is before the application is stopped. Commits what has been
     * acknowledged and waits for the broker, or the next replica would do it again.
     */
    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        acknowledgements.release(partitions);
        collected.revoked(partitions);
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        commits.all().forEach((partition, next) -> {
            if (partitions.contains(partition)) {
                done.put(partition, new OffsetAndMetadata(next));
            }
        });
        commits.forget(partitions);
        polled.forget(partitions);
        try {
            consumer.commitSync(done, PATIENCE);
        } catch (KafkaException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The last offsets could not be committed");
        }
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        collected.revoked(partitions);
        commits.forget(partitions);
        polled.forget(partitions);
    }
}
