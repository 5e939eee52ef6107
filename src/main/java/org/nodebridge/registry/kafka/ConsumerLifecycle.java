// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.deadletter.DeadLetterTopicSizes;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.kafka.topic.TopicsReady;
import org.nodebridge.registry.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start and stop. At start nothing waits for a store or the broker: each is tried until it is there. At stop the batch
 * under way is finished, what is collected is written, and both are committed before the clients close.
 */
@ApplicationScoped
public class ConsumerLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerLifecycle.class);

    /** Liberty gives applications 30 seconds to quiesce; closing the clients needs some of it. */
    private static final Duration LONGEST_FINISH = Duration.ofSeconds(20);

    @Resource
    private ManagedExecutorService executor;

    @Inject
    private NodeEventConsumer consumer;

    @Inject
    private Admission admission;

    @Inject
    private BatchProcessing processing;

    @Inject
    private HeartbeatFlush heartbeats;

    @Inject
    private ConsumerChannel channel;

    @Inject
    private LostCommits commits;

    @Inject
    private ChannelEnd end;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private SchemaMigration migration;

    @Inject
    private Topics topics;

    @Inject
    private DeadLetterTopicSizes sizes;

    @Inject
    private Event<TopicsReady> topicsReady;

    @Inject
    private Backoff patience;

    private boolean opened;

    public void start(@Observes Startup startup) {
        admission.prepare();
        consumer.prepare();
        executor.execute(() -> retrying("bring the schema up to date", migration::migrate, this::letRecordsIn));
        executor.execute(() -> {
            retrying("find the topics", topics::ensure, () -> {});
            retrying("look at the dead-letter topics", sizes::check, () -> {});
            retrying("use the topics", () -> topicsReady.fire(new TopicsReady()), () -> {});
        });
    }

    /**
     * Before the connector closes its clients, which has priority 50. Liberty fires no Shutdown event. What is logged
     * here is not seen after a SIGTERM, because the JVM has closed java.util.logging by then.
     */
    public void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        end.expect();
        channel.hold();
        processing.end();
        patience.end();
        long deadline = System.nanoTime() + LONGEST_FINISH.toNanos();
        while (processing.busy() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        heartbeats.finish(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        channel.commit(commits.all()); // the connector would close its client without waiting for what it has sent
        LOG.atInfo().addKeyValue("finished", !processing.busy()).log("The consumer has stopped");
    }

    private synchronized void letRecordsIn() {
        if (!opened) {
            opened = true;
            end.requireWatching();
            channel.open();
            progress.started();
        }
    }

    /** Tries until it works; {@code afterFirst} runs after the first try, regardless of its outcome. */
    private void retrying(String what, Runnable step, Runnable afterFirst) {
        for (int failures = 1;; failures++) {
            boolean done = false;
            try {
                step.run();
                done = true;
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue("step", what).addKeyValue("tries", failures)
                        .addKeyValue("reason", String.valueOf(e.getMessage())).log("A step of the start must wait");
            }
            afterFirst.run();
            if (done || !patience.waitAfter(failures)) {
                return;
            }
        }
    }
}
