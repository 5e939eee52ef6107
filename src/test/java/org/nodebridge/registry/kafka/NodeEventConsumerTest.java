// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.reactive.messaging.kafka.KafkaRecordBatch;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ConsumerProgress;

class NodeEventConsumerTest {

    private final ConsumerProgress progress = new ConsumerProgress();
    private boolean stopping;

    private final NodeEventConsumer consumer = new NodeEventConsumer(new BatchProcessing() {
        @Override
        public synchronized boolean ended() {
            return stopping;
        }

        @Override
        public List<ReadRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
            throw new AssertionError("a defect");
        }
    }, RegistrySettings.read(key -> Optional.empty()), null, progress) {
        @Override
        Executor executor() {
            return Runnable::run;
        }
    };

    @Test
    void holdsTheChannelAndSaysSoInsteadOfFailingIt() {
        var held = consumer.consume(null).toCompletableFuture(); // no batch at all is a defect

        assertThat(held).isNotDone();
        assertThat(progress.endedBecause()).hasValueSatisfying(
                reason -> assertThat(reason).contains("could not be taken", "NullPointerException"));
    }

    @Test
    void holdsTheChannelAndSaysSoWhereALaterStageFails() {
        var held = consumer.consume(emptyBatch()).toCompletableFuture();

        assertThat(held).isNotDone();
        assertThat(progress.endedBecause()).hasValue("a batch could not be taken: AssertionError");
    }

    @Test
    void takesNothingThatFailsDuringAStopForTheEnd() {
        stopping = true;

        assertThat(consumer.consume(null).toCompletableFuture()).isNotDone();
        assertThat(progress.endedBecause()).isEmpty();
    }

    @SuppressWarnings("unchecked") // a proxy has no type arguments
    private static KafkaRecordBatch<byte[], byte[]> emptyBatch() {
        return (KafkaRecordBatch<byte[], byte[]>) Proxy.newProxyInstance(
                NodeEventConsumerTest.class.getClassLoader(), new Class<?>[] {KafkaRecordBatch.class},
                (proxy, method, arguments) -> method.getName().equals("getRecords") ? List.of() : Map.of());
    }
}
