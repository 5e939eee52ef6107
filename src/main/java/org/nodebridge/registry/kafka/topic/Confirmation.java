// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the broker's word on a record of a replay. */
public final class Confirmation {

    /** The producer itself gives up after ten. */
    private static final long PATIENCE_SECONDS = 15;

    private Confirmation() {}

    /**
     * @throws QuarantineRefusedException the same that the stage has failed with
     * @throws TopicUnavailableException when it has failed otherwise, or not completed in time
     */
    public static void await(CompletionStage<Void> sent) {
        try {
            sent.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof QuarantineRefusedException refused ? refused : missing(e.getCause());
        } catch (TimeoutException e) {
            throw missing(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw missing(e);
        }
    }

    static TopicUnavailableException missing(Throwable cause) {
        return new TopicUnavailableException("Kafka has not confirmed the record: " + cause.getMessage(), cause);
    }
}
