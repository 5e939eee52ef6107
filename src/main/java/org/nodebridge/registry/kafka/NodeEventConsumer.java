// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.reactive.messaging.kafka.KafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaRecordBatch;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.deadletter.DeadLetterPublisher;
import org.nodebridge.registry.kafka.deadletter.DeadLetters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes batches of records from the channel, as fast as there is room for them. */
@ApplicationScoped
public class NodeEventConsumer {

    /** A part of a batch that is read at once has this share of what may be in flight. */
    private static final int PARTS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(NodeEventConsumer.class);

    private final BatchProcessing processing;
    private final RegistrySettings settings;
    private final LostCommits commits;
    private final ConsumerProgress progress;

    @Resource
    private ManagedExecutorService executor;

    @Inject
    public NodeEventConsumer(
            BatchProcessing processing, RegistrySettings settings, LostCommits commits, ConsumerProgress progress) {
        this.processing = processing;
        this.settings = settings;
        this.commits = commits;
        this.progress = progress;
    }

    NodeEventConsumer() {
        this(null, null, null, null); // for the client proxy
    }

    /**
     * Completes when there is room for another batch, which the channel gives only then. This one is acknowledged when
     * it has taken effect, by {@link BatchProcessing}, and never before one that came earlier.
     */
    @Incoming(ChannelSettings.NODE_EVENTS)
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    public CompletionStage<Void> consume(KafkaRecordBatch<byte[], byte[]> batch) {
        try {
            return taken(batch).exceptionallyCompose(this::never);
        } catch (RuntimeException | Error e) {
            return never(e);
        }
    }

    private CompletionStage<Void> taken(KafkaRecordBatch<byte[], byte[]> batch) {
        List<ConsumerRecord<byte[], byte[]>> records =
                batch.getRecords().stream().map(NodeEventConsumer::consumed).toList();
        Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets = new HashMap<>();
        batch.getLatestOffsetRecords().forEach((partition, last) -> {
            long offset = consumed(last).offset();
            int era = commits.took(partition, offset);
            offsets.put(partition, () -> commits.acknowledged(partition, offset + 1, era)
                    ? last.ack()
                    : CompletableFuture.completedFuture(null));
        });
        CompletionStage<Void> taken = CompletableFuture.completedFuture(null);
        // part by part: what reading makes of a record may be many times its size
        List<List<ConsumerRecord<byte[], byte[]>>> parts =
                RecordSize.parts(records, settings.kafka().fetch().maxInFlightBytes() / PARTS);
        for (int i = 0; i < parts.size(); i++) {
            List<ConsumerRecord<byte[], byte[]>> part = parts.get(i);
            // the offsets of the last part cover those of all others
            Map<TopicPartition, Supplier<CompletionStage<Void>>> covered = i == parts.size() - 1 ? offsets : Map.of();
            taken = taken.thenCompose(none -> CompletableFuture.supplyAsync(() -> processing.read(part), executor()))
                    .thenCompose(read -> processing.take(read, covered));
        }
        return taken;
    }

    /**
     * A failed stage would end the channel. One that never completes holds it: no later batch may be acknowledged, as
     * that would cover this one, and a restart reads it again.
     */
    private CompletionStage<Void> never(Throwable failure) {
        if (!processing.ended()) {
            Throwable cause = DeadLetterPublisher.cause(failure);
            LOG.atError().setCause(cause).log("A batch could not be taken, and no later one will be");
            progress.ended("a batch could not be taken: " + cause.getClass().getSimpleName());
        }
        return new CompletableFuture<>();
    }

    /** Overridden where there is no container. */
    Executor executor() {
        return executor;
    }

    /** Makes the container create this bean now, on a thread that may look up its executor. */
    @SuppressWarnings("ReturnValueIgnored") // any call of the proxy will do
    void prepare() {
        executor.hashCode();
    }

    private static ConsumerRecord<byte[], byte[]> consumed(KafkaRecord<byte[], byte[]> record) {
        return DeadLetters.consumed(record);
    }
}
