// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Lines about dead letters, of which every producer of a topic can cause as many as there are records: the first
 * of each kind a minute, and then how many there were besides. The metrics count each, and each is at DEBUG. Safe for
 * many threads; as many kinds are remembered as there are topics and reasons.
 */
@ApplicationScoped
public class DeadLetterLog {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterLog.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Map<String, Long> besides = new TreeMap<>();

    @Inject
    private RecurringTasks tasks;

    void start(@Observes Startup startup) {
        tasks.start("dead_letter_log", INTERVAL, () -> true, this::sum);
    }

    /**
     * Writes a line, or counts it where the minute has had one of its kind.
     *
     * @param kind of few
     * @param line puts keys, values and message to it
     */
    void warn(String kind, Consumer<LoggingEventBuilder> line) {
        line.accept(isFirst(kind) ? LOG.atWarn() : LOG.atDebug());
    }

    private synchronized boolean isFirst(String kind) {
        return besides.merge(kind, 0L, (count, none) -> count + 1) == 0;
    }

    /** Tells how many lines were left out, and begins again. */
    @PreDestroy
    synchronized void sum() {
        besides.forEach((kind, count) -> {
            if (count > 0) {
                LOG.atWarn().addKeyValue("kind", kind).addKeyValue("count", count)
                        .log("Further dead letters have no line of their own");
            }
        });
        besides.clear();
    }
}
