// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges offsets, some twenty times a second at most: a commit for each small batch would cost the broker and us
 * more than the batch. What is read again after a crash, a twentieth of a second of records, changes nothing.
 */
@ApplicationScoped
public class Acknowledgements {

    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);
    private static final Duration GATHERED = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private final CollectedHeartbeats collected;
    private final Object flushing = new Object();
    private Map<TopicPartition, Supplier<CompletionStage<Void>>> waiting = new HashMap<>();

    @Inject
    public Acknowledgements(CollectedHeartbeats collected) {
        this.collected = collected;
    }

    Acknowledgements() {
        this(null); // for the client proxy
    }

    /**
     * Acknowledges what nothing before it waits for; does not wait for Kafka.
     *
     * @param offsets how the last record of each partition is acknowledged, which covers all before it
     */
    void soon(Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        boolean first;
        synchronized (this) {
            first = waiting.isEmpty();
            waiting.putAll(offsets);
        }
        if (first && !offsets.isEmpty()) {
            later(GATHERED);
        }
    }

    /** Acknowledges these now, and waits until they are sent; not for long, as later ones cover them. */
    void now(List<Supplier<CompletionStage<Void>>> offsets, Duration longest) {
        CompletableFuture<Void> sent = CompletableFuture.allOf(offsets.stream()
                .map(offset -> CompletableFuture.completedFuture(null).thenCompose(none -> offset.get()))
                .toArray(CompletableFuture[]::new));
        try {
            sent.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("reason", String.valueOf(e))
                    .log("Offsets could not be acknowledged; the next ones cover them");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Acknowledges all that waits, as far as it is still this replica's, once others have done the same. */
    void flush() {
        synchronized (flushing) {
            Map<TopicPartition, Supplier<CompletionStage<Void>>> some;
            synchronized (this) {
                some = waiting;
                waiting = new HashMap<>();
            }
            now(collected.ours(some), PATIENCE);
        }
    }

    /** Acknowledges at once what waits of these partitions, and does not wait: they are about to go. */
    @SuppressWarnings("ReturnValueIgnored") // what is not acknowledged is read again by their next replica
    synchronized void release(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            Supplier<CompletionStage<Void>> offset = waiting.remove(partition);
            if (offset != null) {
                offset.get();
            }
        });
    }

    /** Overridden where there is no container to schedule anything. */
    void later(Duration delay) {
        try {
            scheduler.schedule(this::flush, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The server stops; what waits is acknowledged at the stop");
        }
    }
}
