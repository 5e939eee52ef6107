// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.PublisherDecorator;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.health.ConsumerProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the incoming channel end, which it never does while all is well: nothing is read after that, and only a restart
 * of the process helps. Liveness and readiness say so from then on.
 */
@ApplicationScoped
class ChannelEnd implements PublisherDecorator {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelEnd.class);

    private final ConsumerProgress progress;
    private volatile boolean expected;
    private volatile boolean watching;

    @Inject
    ChannelEnd(ConsumerProgress progress) {
        this.progress = progress;
    }

    ChannelEnd() {
        this(null); // for the client proxy
    }

    @Override
    public Multi<? extends Message<?>> decorate(
            Multi<? extends Message<?>> publisher, List<String> channels, boolean isConnector) {
        if (!channels.contains(ChannelSettings.NODE_EVENTS)) {
            return publisher;
        }
        watching = true;
        return watched(publisher);
    }

    /**
     * To be called before records are let in, when the connector has made its channels. A release of the connector that
     * asks no decorator would leave an end unseen, so that counts as one.
     */
    void requireWatching() {
        if (!watching) {
            ended("the connector has not given the channel to be watched", null);
        }
    }

    private <T> Multi<T> watched(Multi<T> publisher) {
        return publisher
                .onFailure()
                .invoke(failure -> ended("the channel has failed: " + failure.getClass().getSimpleName(), failure))
                .onCompletion()
                .invoke(() -> ended("the channel has completed", null))
                .onCancellation()
                .invoke(() -> ended("the channel was cancelled by its subscriber", null));
    }

    /** The registry stops, so the channel is going to end. */
    void expect() {
        expected = true;
    }

    private void ended(String reason, Throwable cause) {
        if (!expected) {
            LOG.atError().setCause(cause).addKeyValue("reason", reason).log("No record is read any more");
            progress.ended(reason);
        }
    }
}
