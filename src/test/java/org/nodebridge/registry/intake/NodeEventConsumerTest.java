// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nodebridge.registry.health.ConsumerProgress;

class NodeEventConsumerTest {

    private final ConsumerProgress progress = new ConsumerProgress();
    private boolean stopping;

    private final NodeEventConsumer consumer = new NodeEventConsumer(new BatchProcessing() {
        @Override
        synchronized boolean ended() {
            return stopping;
        }
    }, null, null, progress);

    @Test
    void holdsTheChannelAndSaysSoInsteadOfFailingIt() {
        var held = consumer.consume(null).toCompletableFuture(); // no batch at all is a defect

        assertThat(held).isNotDone();
        assertThat(progress.endedBecause()).hasValueSatisfying(
                reason -> assertThat(reason).contains("could not be taken", "NullPointerException"));
    }

    @Test
    void takesNothingThatFailsDuringAStopForTheEnd() {
        stopping = true;

        assertThat(consumer.consume(null).toCompletableFuture()).isNotDone();
        assertThat(progress.endedBecause()).isEmpty();
    }
}
