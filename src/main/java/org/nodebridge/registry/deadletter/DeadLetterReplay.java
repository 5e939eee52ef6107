// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.kafka.deadletter.Quarantine;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.OffsetRangeReader;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.replay.RecordRereader;
import org.nodebridge.registry.replay.ReplayUnderWayException;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replays dead letters, oldest first, one replay at a time over all replicas. On the thread that calls. */
@ApplicationScoped
public class DeadLetterReplay {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterReplay.class);

    /** After this a replay ends early, and says so: a client waits for the answer. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Longer than a part of a replay takes, stores that hang included. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final int IDS_AT_ONCE = 100;

    @Inject
    private DeadLetterTopics topics;

    @Inject
    private RegistrySettings settings;

    @Inject
    private DualRegistrationService service;

    @Inject
    private StoreClock clock;

    @Inject
    private Identities identities;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private DeadLetterReplayRepository replays;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private Quarantine quarantine;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Replays what is asked for, as far as the time allows.
     *
     * @throws ReplayUnderWayException when another replay of dead letters runs
     * @throws TopicUnavailableException when Kafka does not answer
     * @throws StoreException when PostgreSQL cannot be asked; what was done before stays done, and noted
     */
    public DeadLetterReplayReport replay(DeadLetterReplayRequest request) {
        String holder = UUID.randomUUID().toString();
        if (leases.hold(ClusterLeasesRepository.DEAD_LETTER_REPLAY, holder, LEASE).isEmpty()) {
            throw new ReplayUnderWayException("another replay of dead letters is under way");
        }
        try (TopicConsumer consumer = topics.consumer()) {
            RecordRereader reader = new RecordRereader(settings, identities, clock, request.dryRun());
            DeadLetterBatches batches = request.dryRun()
                    ? new DryRunBatches(reader, registrations)
                    : new ReplayedBatches(reader, service, quarantine, replays, metrics, request.requestedBy());
            BooleanSupplier goOn = DeadLetterTopics.within(LONGEST);
            BooleanSupplier stillOurs = () -> goOn.getAsBoolean()
                    && leases.hold(ClusterLeasesRepository.DEAD_LETTER_REPLAY, holder, LEASE).isPresent();
            DeadLetterReplayReport report = request.ids() == null
                    ? selected(consumer, request, batches, stillOurs)
                    : named(consumer, request, batches, stillOurs);
            LOG.atInfo().addKeyValue("by", request.requestedBy()).addKeyValue("dryRun", request.dryRun())
                    .addKeyValue("counts", report.counts()).log("Dead letters have been replayed");
            return report;
        } finally {
            release(holder);
        }
    }

    private DeadLetterReplayReport named(
            TopicConsumer consumer, DeadLetterReplayRequest request, DeadLetterBatches batches, BooleanSupplier goOn) {
        List<DeadLetterId> ids = request.ids().stream()
                .distinct()
                .sorted(Comparator.comparing(DeadLetterId::topic)
                        .thenComparing(DeadLetterId::partition)
                        .thenComparing(DeadLetterId::offset))
                .toList();
        List<DeadLetterOutcome> outcomes = new ArrayList<>();
        Set<DeadLetterId> missing = new LinkedHashSet<>();
        boolean more = false;
        for (int from = 0; from < ids.size() && !more; from += IDS_AT_ONCE) {
            List<DeadLetterId> some = ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE));
            missing.addAll(some);
            topics.read(consumer, some, records -> {
                List<DeadLetterRecord> letters = letters(records);
                letters.forEach(letter -> missing.remove(letter.id()));
                outcomes.addAll(batches.replay(letters));
            });
            more = batches.failed() || from + IDS_AT_ONCE < ids.size() && !goOn.getAsBoolean();
        }
        return report(request, outcomes, List.copyOf(missing), more);
    }

    private DeadLetterReplayReport selected(
            TopicConsumer consumer, DeadLetterReplayRequest request, DeadLetterBatches batches, BooleanSupplier goOn) {
        Map<TopicPartition, OffsetRange> spans = topics.spans(consumer, request.filter(), null);
        if (request.filter().from() == null && !request.dryRun()) {
            spans.forEach((partition, span) -> replays.forget(partition.topic(), partition.partition(), span.from()));
        }
        List<DeadLetterOutcome> outcomes = new ArrayList<>();
        boolean more = false;
        OffsetRangeReader reader = new OffsetRangeReader(consumer, spans, topics.limit());
        while (!reader.done() && !more) {
            List<DeadLetterRecord> open =
                    letters(reader.next().stream().filter(request.filter()::fits).toList()).stream()
                            .filter(letter -> letter.summary().status().equals(DeadLetter.OPEN))
                            .toList();
            int room = request.limit() - outcomes.size();
            outcomes.addAll(batches.replay(open.subList(0, Math.min(room, open.size()))));
            more = batches.failed() || open.size() > room
                    || !reader.done() && (outcomes.size() == request.limit() || !goOn.getAsBoolean());
        }
        return report(request, outcomes, List.of(), more);
    }

    private List<DeadLetterRecord> letters(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition = records.stream()
                .collect(Collectors.groupingBy(record -> new TopicPartition(record.topic(), record.partition())));
        List<DeadLetterRecord> letters = new ArrayList<>();
        byPartition.forEach((partition, some) -> {
            var noted = replays.find(
                    partition.topic(), partition.partition(), some.get(0).offset(), some.get(some.size() - 1).offset());
            String originalTopic = topics.originalTopic(partition.topic()).orElseThrow();
            some.forEach(record -> letters.add(new DeadLetterRecord(
                    record, DeadLetter.of(record, originalTopic, noted.get(record.offset())))));
        });
        letters.sort(Comparator.comparing(letter -> letter.summary().deadLetteredAt()));
        return letters;
    }

    private static DeadLetterReplayReport report(
            DeadLetterReplayRequest request, List<DeadLetterOutcome> outcomes, List<DeadLetterId> missing,
            boolean more) {
        Map<String, Long> counts = outcomes.stream()
                .collect(Collectors.groupingBy(
                        DeadLetterOutcome::outcome, java.util.TreeMap::new, Collectors.counting()));
        return new DeadLetterReplayReport(request.dryRun(), counts, outcomes, missing, more);
    }

    private void release(String holder) {
        try {
            leases.release(ClusterLeasesRepository.DEAD_LETTER_REPLAY, holder);
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The lease of the replay ends by itself");
        }
    }
}
