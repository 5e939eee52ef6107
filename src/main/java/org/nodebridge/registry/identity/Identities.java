// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.nodebridge.registry.config.IdentitySettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of events from Kafka whether their senders may speak for their nodes. Safe for many threads. */
@ApplicationScoped
public class Identities {

    private static final int MAX_TOPICS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

    private final IdentitySettings settings;
    private final Claims claims;
    private final NodeOwnersRepository owners;
    private final RegistryMetrics metrics;
    private final Set<String> dated = ConcurrentHashMap.newKeySet();

    @Inject
    public Identities(RegistrySettings settings, NodeOwnersRepository owners, RegistryMetrics metrics) {
        this.settings = settings.identity();
        this.claims = this.settings.isOn() ? new Claims(this.settings, new TrustedKeys(this.settings.keys())) : null;
        this.owners = owners;
        this.metrics = metrics;
    }

    Identities() {
        settings = null; // for the client proxy
        claims = null;
        owners = null;
        metrics = null;
    }

    /** Whether anything is asked of records. */
    public boolean on() {
        return settings.isOn();
    }

    /**
     * What a record's headers say of its sender; asks nobody. The claim must hold as of the time at which the broker
     * appended the record. A time that the producer has chosen is none: it could be set back to when an old claim was
     * good, and the claim must hold now instead.
     */
    public ClaimedEvent claimed(NodeEvent event, ConsumerRecord<byte[], byte[]> record, Instant now) {
        boolean appended = record.timestampType() == TimestampType.LOG_APPEND_TIME;
        if (!appended && settings.isOn() && dated.size() < MAX_TOPICS && dated.add(record.topic())) {
            LOG.atWarn().addKeyValue("topic", record.topic())
                    .log("The topic has times that producers choose, so that claims of its records must hold when they"
                            + " are read, not when they were sent; set its message.timestamp.type=LogAppendTime");
        }
        return claimed(event, record.headers(), record.value(), appended ? record.timestamp() : -1, now);
    }

    /** The topics with records whose times producers have chosen, as far as this replica has read since its start. */
    public Set<String> topicsWithoutAppendTime() {
        return Set.copyOf(dated);
    }

    /**
     * What a record's headers say of its sender; asks nobody.
     *
     * @param value the record's
     * @param timestamp the broker's time of the record, in milliseconds, as of which the claim must hold; where there
     *     is none, or one to come, it must hold now
     */
    public ClaimedEvent claimed(NodeEvent event, Headers headers, byte[] value, long timestamp, Instant now) {
        if (!settings.isOn() || !(event instanceof OfNode ofNode)) {
            return new ClaimedEvent(event, null);
        }
        Instant at = timestamp < 0 || timestamp > now.toEpochMilli() ? now : Instant.ofEpochMilli(timestamp);
        Claim claim = claims.of(ofNode, headers, value, at);
        return new ClaimedEvent(claim != null && claim.holds() ? ofNode.by(claim.owner()) : event, claim);
    }

    /**
     * Puts {@link Unidentified} in the place of events whose senders may not speak for their nodes, where that is
     * enforced; else only counts and logs them. The first in the list that introduces or deregisters a node without an
     * owner makes it its own.
     *
     * @return an event for each, in their order
     * @throws StoreUnavailableException when PostgreSQL is unavailable and identities are enforced; nothing has been
     *     decided
     */
    public List<NodeEvent> judge(List<ClaimedEvent> events) {
        Map<String, String> known;
        try {
            known = bound(events);
        } catch (StoreUnavailableException e) {
            if (settings.isEnforced()) {
                throw e;
            }
            known = Map.of();
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Whose nodes are cannot be looked up now");
        }
        count(events, known);
        return judged(events, known);
    }

    /**
     * What {@link #judge} would make of events; changes and counts nothing.
     *
     * @throws StoreUnavailableException when PostgreSQL is unavailable
     */
    public List<NodeEvent> foretell(List<ClaimedEvent> events) {
        Map<String, String> first = new LinkedHashMap<>();
        Set<String> nodeIds = good(events, first);
        if (!nodeIds.isEmpty()) {
            first.putAll(owners.find(nodeIds));
        }
        return judged(events, first);
    }

    private Map<String, String> bound(List<ClaimedEvent> events) {
        Map<String, String> first = new LinkedHashMap<>();
        Set<String> nodeIds = good(events, first);
        return nodeIds.isEmpty() ? Map.of() : owners.bind(nodeIds, first);
    }

    /** The nodes of claims that hold, and of each the first that may become its owner. */
    private static Set<String> good(List<ClaimedEvent> events, Map<String, String> first) {
        Set<String> nodeIds = new HashSet<>();
        for (ClaimedEvent event : events) {
            Claim claim = event.claim();
            if (claim != null && claim.holds()) {
                nodeIds.add(claim.nodeId());
                if (claim.binds()) {
                    first.putIfAbsent(claim.nodeId(), claim.owner());
                }
            }
        }
        return nodeIds;
    }

    private List<NodeEvent> judged(List<ClaimedEvent> events, Map<String, String> known) {
        List<NodeEvent> judged = new ArrayList<>(events.size());
        for (ClaimedEvent event : events) {
            FieldError error = settings.isEnforced() ? error(event.claim(), known) : null;
            judged.add(error == null ? event.event() : new Unidentified((OfNode) event.event(), error));
        }
        return judged;
    }

    private FieldError error(Claim claim, Map<String, String> known) {
        if (claim == null || !claim.holds()) {
            return claim == null ? null : claim.error();
        }
        String owner = known.getOrDefault(claim.nodeId(), claim.owner());
        return owner.equals(claim.owner())
                ? null
                : claims.error("is of " + claim.owner() + ", and the node belongs to " + owner);
    }

    private void count(List<ClaimedEvent> events, Map<String, String> known) {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        Map<String, FieldError> faults = new LinkedHashMap<>();
        for (ClaimedEvent event : events) {
            Claim claim = event.claim();
            if (claim != null) {
                FieldError error = error(claim, known);
                counts.merge(claim.holds() && error != null ? Verdict.CONFLICT : claim.verdict(), 1L, Long::sum);
                if (error != null) {
                    faults.putIfAbsent(claim.nodeId(), error);
                }
            }
        }
        counts.forEach((verdict, count) -> metrics.identities(verdict.label(), count));
        if (!settings.isEnforced() && !faults.isEmpty()) {
            // a line for each batch and not for each record: before all nodes sign, most are such
            Map.Entry<String, FieldError> one = faults.entrySet().iterator().next();
            LOG.atWarn().addKeyValue("nodes", faults.size()).addKeyValue("one", one.getKey())
                    .addKeyValue("reason", one.getValue().toString())
                    .log("Records have been applied that would be dead-lettered if identities were enforced");
        }
    }
}
