// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.health.ConsumerProgress;

class ChannelEndTest {

    private final ConsumerProgress progress = new ConsumerProgress();
    private final ChannelEnd end = new ChannelEnd(progress);

    @Test
    void saysNothingWhileTheChannelGoesOn() {
        subscribe(Multi.createFrom().emitter(emitter -> emitter.emit(Message.of("one"))));

        assertThat(progress.endedBecause()).isEmpty();
    }

    @Test
    void saysThatTheChannelHasFailed() {
        subscribe(Multi.createFrom().failure(new StringIndexOutOfBoundsException("11")));

        assertThat(progress.endedBecause()).hasValueSatisfying(
                reason -> assertThat(reason).contains("failed", "StringIndexOutOfBounds"));
    }

    @Test
    void saysThatTheChannelHasCompletedOrWasCancelled() {
        subscribe(Multi.createFrom().empty());
        assertThat(progress.endedBecause()).hasValueSatisfying(reason -> assertThat(reason).contains("completed"));

        ConsumerProgress other = new ConsumerProgress();
        decorate(new ChannelEnd(other), Multi.createFrom().nothing())
                .subscribe()
                .withSubscriber(AssertSubscriber.create(1))
                .cancel();
        assertThat(other.endedBecause()).hasValueSatisfying(reason -> assertThat(reason).contains("cancelled"));
    }

    @Test
    void expectsTheEndAtAStopAndLooksAtNoOtherChannel() {
        Multi<Message<?>> other = Multi.createFrom().empty();
        assertThat(end.decorate(other, List.of(ChannelSettings.REGISTRY_RECORDS), true)).isSameAs(other);

        end.expect();
        subscribe(Multi.createFrom().empty());

        assertThat(progress.endedBecause()).isEmpty();
    }

    @Test
    void takesAChannelThatItWasNotGivenForOneThatHasEnded() {
        end.decorate(Multi.createFrom().empty(), List.of(ChannelSettings.REGISTRY_RECORDS), true);
        end.requireWatching();

        assertThat(progress.endedBecause()).hasValueSatisfying(reason -> assertThat(reason).contains("watched"));
    }

    @Test
    void isContentWhereTheConnectorHasGivenItTheChannel() {
        decorate(end, Multi.createFrom().nothing());
        end.requireWatching();

        assertThat(progress.endedBecause()).isEmpty();
    }

    @Test
    void saysNothingOfWhatTheFailureQuotes() {
        subscribe(Multi.createFrom().failure(new IllegalStateException("broker.internal:9092 of node x")));

        assertThat(progress.endedBecause()).hasValueSatisfying(reason -> assertThat(reason)
                .contains("IllegalStateException").doesNotContain("broker.internal"));
    }

    private void subscribe(Multi<Message<?>> channel) {
        decorate(end, channel).subscribe().withSubscriber(AssertSubscriber.create(10));
    }

    private static Multi<? extends Message<?>> decorate(ChannelEnd end, Multi<Message<?>> channel) {
        return end.decorate(channel, List.of(ChannelSettings.NODE_EVENTS), true);
    }
}
