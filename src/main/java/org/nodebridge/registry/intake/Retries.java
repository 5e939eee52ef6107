// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.registration.BatchResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds on to records through any outage, until what is to be done with them is done or the registry stops. */
@ApplicationScoped
public class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    private final Patience patience;
    private final ConsumerProgress progress;
    private final DeadLetters deadLetters;
    private final Topics topics;

    @Inject
    public Retries(Patience patience, ConsumerProgress progress, DeadLetters deadLetters, Topics topics) {
        this.patience = patience;
        this.progress = progress;
        this.deadLetters = deadLetters;
        this.topics = topics;
    }

    Retries() {
        this(null, null, null, null); // for the client proxy
    }

    /**
     * Does something again while it throws: a defect of ours must not cost a record either.
     *
     * @param givenUp told when the registry stops first
     * @return what it returned; false when the registry stops first
     */
    boolean throughDefects(BooleanSupplier step, Runnable givenUp) {
        for (int failures = 1;; failures++) {
            try {
                return step.getAsBoolean();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("tries", failures).log("A batch could not be handled");
                progress.waitsFor("a defect: " + e);
                if (!patience.waitAfter(failures)) {
                    givenUp.run();
                    return false;
                }
            }
        }
    }

    /**
     * Does something again while PostgreSQL is away.
     *
     * @return what it returned in the end; {@code null} when the registry stops first
     */
    BatchResult throughOutages(int records, Supplier<BatchResult> step) {
        for (int failures = 1;; failures++) {
            BatchResult result = step.get();
            if (result.committed()) {
                return result;
            }
            progress.waitsFor(result.obstacle());
            LOG.atWarn().addKeyValue("records", records).addKeyValue("tries", failures)
                    .addKeyValue("reason", result.obstacle()).log("A batch waits for PostgreSQL");
            if (!patience.waitAfter(failures)) {
                return null;
            }
        }
    }

    /**
     * Sets aside those of the records that are poison.
     *
     * @param refused event id to reason, of what PostgreSQL will never take
     * @return whether Kafka has confirmed them all; false when the registry stops first
     */
    boolean setAside(List<ReadRecord> read, Map<UUID, String> refused) {
        List<ReadRecord> left = read.stream().filter(record -> record.poison(refused)).toList();
        for (int failures = 1; !left.isEmpty(); failures++) {
            List<ReadRecord> failed = new ArrayList<>();
            List<CompletableFuture<Void>> writes = left.stream()
                    .map(record -> record.write(deadLetters, refused).toCompletableFuture())
                    .toList();
            String reason = null;
            for (int i = 0; i < writes.size(); i++) {
                try {
                    writes.get(i).join();
                } catch (CompletionException e) {
                    failed.add(left.get(i));
                    reason = String.valueOf(e.getCause());
                }
            }
            left = failed;
            if (!left.isEmpty()) {
                progress.waitsFor("the dead-letter topic: " + reason);
                LOG.atWarn().addKeyValue("records", left.size()).addKeyValue("tries", failures)
                        .addKeyValue("reason", reason).log("A batch waits for its dead letters to be written");
                findTopics();
                if (!patience.waitAfter(failures)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Somebody may have deleted the dead-letter topic. */
    private void findTopics() {
        try {
            topics.ensure();
        } catch (KafkaException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The topics cannot be looked for now");
        }
    }
}
