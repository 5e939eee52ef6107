// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository;
import org.nodebridge.registry.changes.ChangesRepository.ChangesAndRows;
import org.nodebridge.registry.changes.ChangesRepository.Discoverable;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.kafka.topic.TransactionalTopic;
import org.nodebridge.registry.metrics.RegionMetrics;
import org.nodebridge.registry.region.ExportRepository.Exported;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this replica leads: publishes our nodes for other regions. Each change is on the topic once and in order; what
 * another leader published without noting it is read from the end of the topic.
 */
@ApplicationScoped
public class RegionExport {

    private static final Logger LOG = LoggerFactory.getLogger(RegionExport.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final long BEACON_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_FINISH_SECONDS = 5;
    private static final int MOST_NODES = 500;
    private static final long MOST_BYTES = 4 << 20;

    @Inject
    private RegistrySettings settings;

    @Inject
    private Topics topics;

    @Inject
    private Leadership leadership;

    @Inject
    private ExportRepository repository;

    @Inject
    private ChangesRepository changes;

    @Inject
    private RegionMetrics metrics;

    @Inject
    private StoreClock clock;

    private final ReentrantLock busy = new ReentrantLock();
    private volatile boolean stopping;

    // used by one run at a time
    private TransactionalTopic topic;
    private ExportedRecords records;
    private long leadingToken = -1;
    private Exported exported;
    private String lastChange = "";
    private final NodeCount nodes = new NodeCount();
    private long beaconAt;
    private int failures;
    private long waitUntil = System.nanoTime();

    void start(@Observes Startup startup, RecurringTasks tasks, SchemaMigration migration) {
        if (settings.regions().exports()) {
            String name = settings.kafka().registrationsTopic();
            topic = new TransactionalTopic(
                    settings.kafka(), name, "node-bridge-registry-export", name + "-" + settings.registryId());
            records = new ExportedRecords(
                    name, settings.regions().name(), settings.registryId(), settings.regions().omitted(),
                    settings.consul().layout());
            metrics.exported(0);
            tasks.start("region_export", INTERVAL, () -> migration.done() && !stopping, this::run);
        }
    }

    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event)
            throws InterruptedException {
        stopping = true;
        if (topic != null) {
            boolean finished = busy.tryLock(LONGEST_FINISH_SECONDS, TimeUnit.SECONDS);
            topic.leave();
            if (finished) {
                busy.unlock();
            }
        }
    }

    private void run() {
        OptionalLong token = leadership.token();
        if (System.nanoTime() - waitUntil < 0) {
            return;
        }
        BoundedWait.lock(busy);
        try {
            if (token.isEmpty()) {
                leave();
            } else if (ready(token.getAsLong())) {
                export();
            }
            failures = 0;
        } catch (RegionTopicException e) {
            leave();
            failures++;
            waitUntil = System.nanoTime() + settings.retryDelay().after(failures).toNanos();
            LOG.atWarn().addKeyValue("reason", e.getMessage()).addKeyValue("tries", failures)
                    .log("Our nodes could not be published for other regions");
        } catch (RuntimeException e) {
            leave();
            throw e;
        } finally {
            busy.unlock();
        }
    }

    /** Whether this replica is the one that writes; makes it so where PostgreSQL says that it leads. */
    private boolean ready(long token) {
        if (leadingToken == token) {
            return true;
        }
        leave();
        Optional<Exported> noted = repository.exported(token);
        if (noted.isEmpty()) {
            return false;
        }
        Optional<RecordHeaders> last = asked(() -> {
            topics.ensureRegistrations();
            topic.take();
            return topic.last(RecordHeaders::of);
        });
        exported = begin(
                noted.get(), last.orElse(null), changes.span(), changeAt(last.map(RecordHeaders::revision).orElse(0L)),
                now(), System.currentTimeMillis());
        lastChange = changeAt(exported.revision());
        nodes.begin(changes.countDiscoverable(), System.nanoTime());
        if (!repository.note(exported, token)) {
            return false;
        }
        LOG.atInfo().addKeyValue("historyId", exported.exportId()).addKeyValue("revision", exported.revision())
                .addKeyValue("complete", exported.complete()).log("This replica exports the nodes of this region");
        leadingToken = token;
        beaconAt = System.nanoTime() - BEACON_NANOS;
        return true;
    }

    /** Which change has the revision; empty where the history does not have it. */
    private String changeAt(long revision) {
        return changes.after(revision - 1, 1).stream()
                .filter(change -> change.revision() == revision)
                .map(RegionExport::called)
                .findFirst().orElse("");
    }

    private static String called(Change change) {
        return change.changedAt() + "/" + change.eventId();
    }

    /**
     * Where to go on: in the history that was noted where revisions lead on in it and readers take its number, from its
     * first node where not all had been published; else in another one. A database that was restored from an older
     * backup may have reached the revision of the topic's end by other changes.
     *
     * @param change which change has the revision of {@code last} here; empty where that is not known
     */
    static Exported begin(Exported noted, RecordHeaders last, Span span, String change, long now, long own) {
        long published = last != null && last.historyId().equals(noted.exportId()) ? last.revision() : -1;
        boolean leadsOn = noted.exportNumber() > 0 && HistoryNumber.credible(noted.exportNumber(), now, own)
                && noted.failedOver() == span.failedOver() && published >= noted.revision()
                && span.leadsOnFrom(published)
                && (change.isEmpty() || last.change().isEmpty() || change.equals(last.change()));
        if (!leadsOn) {
            return another(noted, last, span, now, own);
        }
        return noted.complete() ? noted.at(published, true) : noted;
    }

    private static Exported another(Exported noted, RecordHeaders last, Span span, long now, long own) {
        long number = HistoryNumber.next(noted.exportNumber(), last == null ? 0 : last.historyNumber(), now, own);
        return new Exported(UUID.randomUUID(), number, span.last(), span.failedOver(), false);
    }

    private long now() {
        return clock.now().toEpochMilli();
    }

    private void export() {
        if (!HistoryNumber.credible(exported.exportNumber(), now(), System.currentTimeMillis())) {
            LOG.atWarn().addKeyValue("historyNumber", exported.exportNumber())
                    .log("The history began while a clock was ahead; all nodes are published again");
            beginAgain();
            return;
        }
        if (!exported.complete() && !exportAll()) {
            return;
        }
        while (!stopping) {
            ChangesAndRows next = changes.withRowsAfter(exported.revision(), MOST_NODES, MOST_BYTES);
            if (next.changes().isEmpty()) {
                break;
            }
            if (next.changes().get(0).revision() != exported.revision() + 1) {
                LOG.atWarn().addKeyValue("published", exported.revision())
                        .addKeyValue("next", next.changes().get(0).revision())
                        .log("Changes are missing in the history; all nodes are published again");
                beginAgain();
                return;
            }
            exportChanges(next);
            nodes.after(next.changes());
            if (!note(exported)) {
                return;
            }
        }
        if (nodes.due(System.nanoTime())) {
            nodes.counted(changes.countDiscoverable(), System.nanoTime());
        }
        if (nodes.differs()) {
            LOG.atWarn().log("Another program has changed rows; all nodes are published again");
            beginAgain();
        } else if (System.nanoTime() - beaconAt >= BEACON_NANOS) {
            beacon(true);
        }
    }

    /** In another history, with all nodes. */
    private void beginAgain() {
        if (note(another(exported, null, changes.span(), now(), System.currentTimeMillis()))) {
            lastChange = changeAt(exported.revision());
            nodes.begin(changes.countDiscoverable(), System.nanoTime());
        }
    }

    /** All nodes that can be discovered, a page at a time; false when this replica must not go on. */
    private boolean exportAll() {
        beacon(false); // readers learn of the new history
        String after = null;
        boolean more = true;
        while (more) {
            if (stopping) {
                return false;
            }
            Discoverable page = changes.discoverable(after, MOST_NODES, MOST_BYTES);
            // a change that is published twice does no harm, one that is published with too old a revision would be
            // lost
            List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
            for (ToolRegistration row : page.rows()) {
                batch.add(records.registration(row, exported.place(lastChange)));
                after = row.nodeId();
            }
            publish(batch);
            more = page.more();
        }
        exported = exported.at(exported.revision(), true);
        beacon(true);
        return note(exported);
    }

    /** Each node once, as it is after the last of its changes. */
    private void exportChanges(ChangesAndRows next) {
        Map<String, Change> latest = new LinkedHashMap<>();
        for (Change change : next.changes()) {
            latest.remove(change.nodeId());
            latest.put(change.nodeId(), change);
        }
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        latest.forEach((nodeId, change) -> {
            RecordHeaders place = exported.at(change.revision(), true).place(called(change));
            ToolRegistration row = next.rows().get(nodeId);
            batch.add(row != null && row.status().discoverable()
                    ? records.registration(row, place)
                    : records.removal(nodeId, place));
        });
        publish(batch);
        List<Change> all = next.changes();
        exported = exported.at(all.get(all.size() - 1).revision(), true);
        lastChange = called(all.get(all.size() - 1));
    }

    private void publish(List<ProducerRecord<byte[], byte[]>> all) {
        if (!all.isEmpty()) {
            send(all);
            metrics.exported(all.size());
        }
    }

    /** With the number of nodes where what was counted is of this very revision. */
    private void beacon(boolean complete) {
        long count = complete ? nodes.at(exported.revision()) : -1;
        send(List.of(records.beacon(exported.place(lastChange), complete, count)));
        beaconAt = System.nanoTime();
    }

    private void send(List<ProducerRecord<byte[], byte[]>> all) {
        asked(() -> {
            topic.publish(all);
            return all;
        });
    }

    /** Only what the topic is asked is Kafka's to fail at. */
    private static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (KafkaException | IllegalStateException e) {
            throw new RegionTopicException("Kafka does not take what is exported: " + e.getMessage(), e);
        }
    }

    private boolean note(Exported now) {
        exported = now;
        if (!repository.note(now, leadingToken)) {
            leave();
            return false;
        }
        return true;
    }

    private void leave() {
        if (leadingToken != -1) {
            leadingToken = -1;
            topic.leave();
        }
    }
}
