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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository;
import org.nodebridge.registry.changes.ChangesRepository.ChangesAndRows;
import org.nodebridge.registry.changes.ChangesRepository.Discoverable;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.kafka.topic.TransactionalTopic;
import org.nodebridge.registry.metrics.RegionMetrics;
import org.nodebridge.registry.region.ExportRepository.Exported;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.ToolRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this replica leads: tells other regions of our nodes. Each change is on the topic once and in order; what
 * another leader has told before it could note so is read from the end of the topic.
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

    private final ReentrantLock busy = new ReentrantLock();
    private volatile boolean stopping;

    // of whoever is busy
    private TransactionalTopic topic;
    private ExportedRecords records;
    private long leadingToken = -1;
    private Exported exported;
    private long beaconAt;

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
        busy.lock();
        try {
            if (token.isEmpty()) {
                leave();
            } else if (ready(token.getAsLong())) {
                export();
            }
        } catch (KafkaException | IllegalStateException e) {
            leave();
            throw new RegionTopicException("Kafka does not take what is exported: " + e.getMessage(), e);
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
        topics.ensureRegistrations();
        topic.take();
        Optional<RecordHeaders> last = topic.last(RecordHeaders::of);
        Span span = changes.span();
        Exported now = noted.get();
        long told = last.filter(place -> place.historyId().equals(now.exportId()))
                .map(RecordHeaders::revision).orElse(-1L);
        boolean leadsOn = now.complete()
                && now.failedOver() == span.failedOver()
                && told >= now.revision()
                && span.leadsOnFrom(told);
        exported = leadsOn
                ? now.at(told, true)
                : new Exported(UUID.randomUUID(), span.last(), span.failedOver(), false);
        if (!repository.note(exported, token)) {
            return false;
        }
        LOG.atInfo().addKeyValue("exportId", exported.exportId()).addKeyValue("revision", exported.revision())
                .addKeyValue("fromTheBeginning", !leadsOn)
                .log("This replica exports the nodes of this region");
        leadingToken = token;
        beaconAt = System.nanoTime() - BEACON_NANOS;
        return true;
    }

    private void export() {
        if (!exported.complete() && !exportAll()) {
            return;
        }
        while (!stopping) {
            ChangesAndRows next = changes.withRowsAfter(exported.revision(), MOST_NODES, MOST_BYTES);
            if (next.changes().isEmpty()) {
                break;
            }
            exportChanges(next);
            if (!note(exported)) {
                return;
            }
        }
        if (System.nanoTime() - beaconAt >= BEACON_NANOS) {
            topic.publish(List.of(records.beacon(exported.place(), true)));
            beaconAt = System.nanoTime();
        }
    }

    /** All nodes that can be discovered, a page at a time; false when this replica must not go on. */
    private boolean exportAll() {
        topic.publish(List.of(records.beacon(exported.place(), false))); // readers learn of the new history
        String after = null;
        boolean more = true;
        while (more) {
            if (stopping) {
                return false;
            }
            Discoverable page = changes.discoverable(after, MOST_NODES, MOST_BYTES);
            // a change that is told again later is no harm, one that is told as older than it is would be lost
            RecordHeaders place = new RecordHeaders(exported.exportId(), exported.revision());
            List<ProducerRecord<byte[], byte[]>> told = new ArrayList<>();
            for (ToolRegistration row : page.rows()) {
                told.add(records.registration(row, place));
                after = row.nodeId();
            }
            publish(told);
            more = page.more();
        }
        topic.publish(List.of(records.beacon(exported.place(), true)));
        beaconAt = System.nanoTime();
        return note(exported.at(exported.revision(), true));
    }

    /** Each node once, as it is after the last of its changes. */
    private void exportChanges(ChangesAndRows next) {
        Map<String, Long> revisions = new LinkedHashMap<>();
        for (Change change : next.changes()) {
            revisions.remove(change.nodeId());
            revisions.put(change.nodeId(), change.revision());
        }
        List<ProducerRecord<byte[], byte[]>> told = new ArrayList<>();
        revisions.forEach((nodeId, revision) -> {
            RecordHeaders place = new RecordHeaders(exported.exportId(), revision);
            ToolRegistration row = next.rows().get(nodeId);
            told.add(row != null && row.status().discoverable()
                    ? records.registration(row, place)
                    : records.removal(nodeId, place));
        });
        publish(told);
        List<Change> all = next.changes();
        exported = exported.at(all.get(all.size() - 1).revision(), true);
    }

    private void publish(List<ProducerRecord<byte[], byte[]>> told) {
        if (!told.isEmpty()) {
            topic.publish(told);
            metrics.exported(told.size());
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
