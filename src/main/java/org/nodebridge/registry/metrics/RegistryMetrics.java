// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/** Holds every metric the registry has: its name, its labels and when it counts. Callable from any thread. */
@ApplicationScoped
public class RegistryMetrics {

    private static final double LONGEST_AGE_SECONDS = Duration.ofDays(365).toSeconds();
    private static final String REGISTRATIONS = "registry.registrations";
    private static final String DURATION = "registry.registration.duration";
    static final String BATCH_DURATION = "registry.batch.duration";
    static final String EVENTS = "registry.events";
    static final String HEARTBEATS = "registry.heartbeats";
    private static final String LENIENCIES = "registry.envelope.leniencies";
    private static final String IDENTITIES = "registry.identity";
    private static final String DEAD_LETTERS = "registry.dead.letters";
    private static final String DEAD_LETTERS_OPEN = "registry.dead.letters.open";
    private static final String DEAD_LETTERS_NOT_WRITTEN = "registry.dead.letters.not.written";
    private static final String DEAD_LETTER_REPLAYS = "registry.dead.letter.replays";
    static final String NODES = "registry.nodes";
    private static final String LEASE_AGE = "registry.lease.age";
    private static final String EXPIRED = "registry.expired";
    private static final String HELD = "registry.preservation.held";
    private static final String DAMPED = "registry.damped";
    static final String LAG = "registry.consumer.lag";
    private static final String PARTITION_LAG = "registry.consumer.partition.lag";
    static final String PENDING = "registry.catalog.pending";
    static final String DRIFT = "registry.drift.nodes";
    private static final String FOREIGN_ENTRIES = "registry.foreign.entries";
    private static final String DEAD_INSTALLATIONS = "registry.dead.installations";
    private static final String NODE_CONFLICTS = "registry.node.conflicts";
    private static final String RECONCILIATIONS = "registry.reconciliations";
    private static final String DELETIONS = "registry.catalog.deletions";
    private static final String PROBES = "registry.probes";
    private static final String REFUSED_ROWS = "registry.refused.rows";
    private static final String REFUSED_REQUESTS = "registry.http.refused";
    private static final String FAILED_SIGN_INS = "registry.failed.sign.ins";
    private static final String IDEMPOTENT_WRITES = "registry.idempotent.writes";
    private static final String WATCHERS = "registry.watchers";
    private static final String WATCHED_EVENTS = "registry.watch.events";
    private static final String WATCHERS_CUT = "registry.watchers.cut";
    private static final String TOPOLOGY = "registry.topology.changes";
    private static final String DISCOVERY_NODES = "registry.discovery.nodes";
    private static final String DISCOVERY_REFUSED = "registry.discovery.refused.nodes";
    private static final String DISCOVERY_AGE = "registry.discovery.age";
    private static final String ROUTES = "registry.route.requests";
    private static final String XDS_STREAMS = "registry.xds.streams";
    private static final String XDS_WAITING = "registry.xds.waiting.streams";
    private static final String XDS_PUSHES = "registry.xds.pushes";
    private static final String XDS_NACKS = "registry.xds.nacks";
    private static final String XDS_EVENTS = "registry.xds.stream.events";
    private static final String XDS_REST = "registry.xds.rest.answers";
    private static final String XDS_LEFT_OUT = "registry.xds.left.out.nodes";
    private static final String CIRCUIT = "registry.catalog.circuit.state";
    private static final String CLOCK_SKEW = "registry.clock.skew";
    private static final String POSTGRES_TIMELINE = "registry.postgres.timeline";
    private static final String TASK_SUCCESS = "registry.task.last.success";
    private static final String TASK_DEFECTS = "registry.task.defects";
    private static final String COMPONENT_DEFECTS = "registry.component.defects";

    private final MetricRegistry registry;
    private final Map<String, Counter> watchedEvents = new ConcurrentHashMap<>();
    private final Map<String, Counter> routes = new ConcurrentHashMap<>();
    private final RegistrationTotals totals = new RegistrationTotals();

    @Inject
    public RegistryMetrics(MetricRegistry registry) {
        this.registry = registry;
    }

    RegistryMetrics() {
        this(null); // for the client proxy
    }

    /** Registrations of this replica since it started, as the design document counts them. */
    public RegistrationTotals.Sums totals() {
        return totals.sums();
    }

    /**
     * Introspection events or departures that PostgreSQL has judged.
     *
     * @param kind introduced or departed
     * @param outcomes how many were created, updated, unchanged and stale
     */
    public void registrations(String kind, Map<String, Long> outcomes) {
        outcomes.forEach((outcome, count) -> {
            registrations("postgres", outcome, count);
            boolean changed = "created".equals(outcome) || "updated".equals(outcome);
            events(kind, changed ? "applied" : outcome, count);
            if (!"stale".equals(outcome)) {
                totals.inPostgres(count);
            }
        });
    }

    /** Events that PostgreSQL could not take because it was unavailable; they are tried again. */
    public void postgresUnavailable(long count) {
        registrations("postgres", "unavailable", count);
        totals.failed(count);
    }

    /** What Consul did with the entries of one write. */
    public void consulWrites(long applied, long refused, long unavailable) {
        registrations("consul", "applied", applied);
        registrations("consul", "refused", refused);
        registrations("consul", "unavailable", unavailable);
        totals.inConsul(applied);
    }

    /** One manual registration or deregistration, by its status. */
    public void registered(String status, Duration time) {
        timer(DURATION, "Time of one manual registration, both stores", new Tag("status", status)).update(time);
    }

    /** One batch of records, from its arrival to its commit in both stores; its heartbeats are written later. */
    public void batch(Duration time) {
        timer(BATCH_DURATION, "Time of one batch of records, both stores").update(time);
    }

    /**
     * Events that are done with.
     *
     * @param kind introduced, heartbeat, departed, unreadable, unidentified, defect or ignored
     * @param result applied, unchanged, stale, superseded (by a newer event of the same batch or, for heartbeats, of
     *     the same flush), unknown (a heartbeat of a node that is not registered), ignored or dead_lettered
     */
    public void events(String kind, String result, long count) {
        if (count > 0) {
            counter(EVENTS, "Events read, by kind and by what became of them",
                    new Tag("kind", kind), new Tag("result", result))
                    .inc(count);
        }
    }

    /**
     * Heartbeats on their way.
     *
     * @param outcome received, flushed (a row renewed) or unknown (its node is not registered)
     */
    public void heartbeats(String outcome, long count) {
        if (count > 0) {
            counter(HEARTBEATS, "Heartbeats received, flushed, and unknown", new Tag("outcome", outcome)).inc(count);
        }
    }

    /** One departure from the strict envelope that was read all the same. */
    public void leniency(String label) {
        counter(LENIENCIES, "Departures from the strict envelope that were read", new Tag("kind", label)).inc();
    }

    /**
     * Records whose claim was looked at.
     *
     * @param outcome accepted, missing, invalid or conflict (the node is another owner's)
     */
    public void identities(String outcome, long count) {
        counter(IDENTITIES, "Records by what their senders' claims came to", new Tag("outcome", outcome)).inc(count);
    }

    /** One record that Kafka has confirmed in a dead-letter topic. */
    public void deadLetter(String topic) {
        counter(DEAD_LETTERS, "Records dead-lettered, by the topic they came from", new Tag("topic", topic)).inc();
    }

    /** One record whose dead letter the broker will never take. */
    public void deadLetterNotWritten(String topic) {
        counter(DEAD_LETTERS_NOT_WRITTEN, "Records whose dead letter cannot be written, by the topic they came from",
                new Tag("topic", topic))
                .inc();
    }

    /** One dead letter that was replayed, by what became of it; dry runs do not count. */
    public void deadLetterReplay(String outcome) {
        counter(DEAD_LETTER_REPLAYS, "Dead letters replayed, by outcome", new Tag("outcome", outcome)).inc();
    }

    /** One node asked for its health, by what came of it. */
    public void probe(String result) {
        counter(PROBES, "Nodes asked for their health, by result", new Tag("result", result)).inc();
    }

    /** Nodes in a state now, tombstones included. */
    public void nodes(String type, String status, Supplier<Number> count) {
        gauge(NODES, "Nodes by type and state", count, new Tag("type", type), new Tag("status", status));
    }

    /** One renewal of a lease, by the seconds since the heartbeat or probe before; at most a year is counted. */
    public void leaseAge(double seconds) {
        // a timer takes nanoseconds, and those of 300 years are more than there are
        timer(LEASE_AGE, "Time between two heartbeats or answered probes of a node")
                .update(Duration.ofMillis((long) (Math.min(Math.max(0, seconds), LONGEST_AGE_SECONDS) * 1000)));
    }

    /**
     * Nodes that were given up.
     *
     * @param reason lease_expired, restart_never_came or confirmed_by_operator
     */
    public void expired(String reason, long count) {
        counter(EXPIRED, "Nodes given up, by reason", new Tag("reason", reason)).inc(count);
    }

    /** Nodes whose expiry is held because too many of their cohort fell due at once. */
    public void held(Supplier<Number> nodes) {
        gauge(HELD, "Nodes whose expiry is held", nodes);
    }

    /** Nodes whose check may not become better now, because it went up and down. */
    public void damped(Supplier<Number> nodes) {
        gauge(DAMPED, "Nodes whose check is damped", nodes);
    }

    /** Records of a topic that the consumer group has yet to commit. */
    public void lag(String topic, Supplier<Number> records) {
        gauge(LAG, "Records not yet committed by the consumer group", records, new Tag("topic", topic));
    }

    /** Records of one partition that the consumer group has yet to commit; NaN while it is not known. */
    public void lag(String topic, int partition, Supplier<Number> records) {
        gauge(PARTITION_LAG, "Records not yet committed by the consumer group, by partition", records,
                new Tag("topic", topic), new Tag("partition", Integer.toString(partition)));
    }

    /** Dead letters that are neither replayed nor quarantined, of the whole registry; NaN where they are not known. */
    public void openDeadLetters(Supplier<Number> letters) {
        gauge(DEAD_LETTERS_OPEN, "Dead letters that are neither replayed nor quarantined", letters);
    }

    /** Rows that Consul has yet to confirm. */
    public void pendingCatalogWrites(Supplier<Number> rows) {
        gauge(PENDING, "Rows that Consul has yet to confirm", rows);
    }

    /** Nodes over which the last comparison found Consul and PostgreSQL to disagree, of the whole registry. */
    public void drift(String kind, Supplier<Number> nodes) {
        gauge(DRIFT, "Nodes over which Consul and PostgreSQL disagree", nodes, new Tag("kind", kind));
    }

    /** @param entries of another installation of this registry id, as the last comparison found */
    public void foreignEntries(Supplier<Number> entries) {
        gauge(FOREIGN_ENTRIES, "Consul entries of another installation with this registry id", entries);
    }

    /** @param installations of this registry id that count as dead for this replica */
    public void deadInstallations(Supplier<Number> installations) {
        gauge(
                DEAD_INSTALLATIONS,
                "Installations with this registry id that count as dead, as they do not renew their note",
                installations);
    }

    /** @param nodes as which two live processes announce themselves, in the whole registry */
    public void nodeConflicts(Supplier<Number> nodes) {
        gauge(NODE_CONFLICTS, "Nodes as which two live processes announce themselves", nodes);
    }

    /**
     * One comparison of Consul with PostgreSQL.
     *
     * @param result done or failed
     */
    public void reconciliation(String result) {
        counter(RECONCILIATIONS, "Comparisons of Consul with PostgreSQL", new Tag("result", result)).inc();
    }

    /** Entries that a comparison has removed from Consul. */
    public void catalogDeletions(long count) {
        if (count > 0) {
            counter(DELETIONS, "Entries removed from Consul by a comparison").inc(count);
        }
    }

    /**
     * A request turned away before it was looked at.
     *
     * @param reason head_too_large, body_too_large, too_many_writes or too_many_watchers
     */
    public void requestRefused(String reason) {
        counter(REFUSED_REQUESTS, "Requests turned away, by reason", new Tag("reason", reason)).inc();
    }

    /**
     * A sign-in that failed.
     *
     * @param result refused, or limited when it came after too many others and was not looked at
     */
    public void signInFailed(String result) {
        counter(FAILED_SIGN_INS, "Failed sign-ins, by result", new Tag("result", result)).inc();
    }

    /**
     * A write with an idempotency key.
     *
     * @param state claimed, answered, under_way or of_another_body
     */
    public void idempotentWrite(String state) {
        counter(IDEMPOTENT_WRITES, "Writes with an idempotency key, by its state", new Tag("state", state)).inc();
    }

    /** The circuit breaker before Consul: 0 closed, 1 half-open, 2 open. */
    public void circuit(Supplier<Number> state) {
        gauge(CIRCUIT, "Circuit breaker before Consul: 0 closed, 1 half-open, 2 open", state);
    }

    /** Clients that watch this replica. */
    public void watchers(Supplier<Number> clients) {
        gauge(WATCHERS, "Clients that watch this replica", clients);
    }

    /**
     * One event that a client that watches has taken.
     *
     * @param event its name; comment for one
     */
    public void watchedEvent(String event) {
        // there may be ten thousand of them in a second, and finding a counter costs more than sending one
        watchedEvents.computeIfAbsent(
                event,
                name -> counter(WATCHED_EVENTS, "Events taken by clients that watch", new Tag("event", name)))
                .inc();
    }

    /**
     * One client that was too slow.
     *
     * @param reason overrun (too far behind) or stalled (took nothing for too long)
     */
    public void watcherCut(String reason) {
        counter(WATCHERS_CUT, "Clients that were too slow and have been cut", new Tag("reason", reason)).inc();
    }

    /** Changes that Kafka has confirmed on the topology topic. */
    public void topologyChanges(long count) {
        counter(TOPOLOGY, "Changes published on the topology topic").inc(count);
    }

    /**
     * One row that PostgreSQL refused to change; each further try counts again.
     *
     * @param event what was to happen to it
     */
    public void refusedRow(String event) {
        counter(REFUSED_ROWS, "Rows that PostgreSQL refused to change", new Tag("event", event)).inc();
    }

    /** Nodes in this replica's discovery view, and those for which it has no room. */
    public void discoveryNodes(Supplier<Number> nodes, Supplier<Number> refused) {
        gauge(DISCOVERY_NODES, "Nodes in the discovery view of this replica", nodes);
        gauge(DISCOVERY_REFUSED, "Nodes for which the discovery view has no room", refused);
    }

    /** How long ago the discovery view was last complete, in seconds; since the start where it never was. */
    public void discoveryAge(Supplier<Number> seconds) {
        registry.gauge(
                metadata(DISCOVERY_AGE, "How long ago the discovery view was last known to be complete",
                        MetricUnits.SECONDS),
                seconds);
    }

    /**
     * One question for a node to call; 0 to have the metric before there is one.
     *
     * @param strategy p2c, weighted, least or hash
     * @param result found, last_resort or none
     */
    public void routes(String strategy, String result, long requests) {
        routes.computeIfAbsent(
                strategy + ' ' + result,
                key -> counter(ROUTES, "Questions for a node to call, by strategy and result",
                        new Tag("strategy", strategy), new Tag("result", result)))
                .inc(requests);
    }

    /** Streams of clients of xDS at this replica, and those of them that have yet to be served. */
    public void xdsStreams(Supplier<Number> streams, Supplier<Number> waiting) {
        gauge(XDS_STREAMS, "Streams of clients of xDS at this replica", streams);
        gauge(XDS_WAITING, "Streams of clients of xDS that have yet to be served", waiting);
    }

    /**
     * Answers to clients of xDS.
     *
     * @param type clusters, endpoints or listeners
     */
    public void xdsPushes(String type, long answers) {
        counter(XDS_PUSHES, "Answers sent to clients of xDS", new Tag("type", type)).inc(answers);
    }

    /** Answers that clients of xDS have refused; 0 to have the metric before there is one. */
    public void xdsNacks(String type, long answers) {
        counter(XDS_NACKS, "Answers that clients of xDS have refused", new Tag("type", type)).inc(answers);
    }

    /**
     * What streams of clients of xDS met.
     *
     * @param event too_many, refused, malformed, stalled, served_behind or unknown_type
     */
    public void xdsStreamEvents(String event, long count) {
        counter(XDS_EVENTS, "What streams of clients of xDS met", new Tag("event", event)).inc(count);
    }

    /**
     * One answer by REST to a client of xDS.
     *
     * @param type clusters or endpoints
     * @param result changed or unchanged
     */
    public void xdsRestAnswers(String type, String result) {
        counter(XDS_REST, "Answers by REST to clients of xDS", new Tag("type", type), new Tag("result", result)).inc();
    }

    /** Nodes that are not sent to clients of xDS, each once for each service. */
    public void xdsLeftOut(String reason, Supplier<Number> nodes) {
        gauge(XDS_LEFT_OUT, "Nodes that clients of xDS do not receive, by reason", nodes, new Tag("reason", reason));
    }

    /** How far this replica's clock is ahead of PostgreSQL's, in seconds. */
    public void clockSkew(Supplier<Number> seconds) {
        registry.gauge(
                metadata(CLOCK_SKEW, "How far this replica's clock is ahead of PostgreSQL's", MetricUnits.SECONDS),
                seconds);
    }

    /** The highest timeline of PostgreSQL that this replica knows of; 0 while it knows none. */
    public void postgresTimeline(Supplier<Number> timeline) {
        registry.gauge(
                metadata(POSTGRES_TIMELINE, "PostgreSQL's timeline, which grows at each failover", MetricUnits.NONE),
                timeline);
    }

    /** When a recurring task of this replica last succeeded; {@code null} while it has not. */
    public void taskSuccess(String task, Supplier<Instant> time) {
        registry.gauge(
                metadata(TASK_SUCCESS, "When a recurring task last succeeded, as Unix time; 0 for never",
                        MetricUnits.SECONDS),
                () -> {
                    Instant last = time.get();
                    return last == null ? 0 : last.getEpochSecond();
                },
                new Tag("task", task));
    }

    /** Runs of a recurring task that ended by a defect; 0 to have the metric before there is one. */
    public void taskDefects(String task, long runs) {
        counter(TASK_DEFECTS, "Runs of a recurring task that ended by a defect", new Tag("task", task)).inc(runs);
    }

    /** Calls of a component that ended by a defect; 0 to have the metric before there is one. */
    public void componentDefects(String component, long calls) {
        counter(COMPONENT_DEFECTS, "Calls of a component that ended by a defect", new Tag("component", component))
                .inc(calls);
    }

    private void registrations(String store, String outcome, long count) {
        if (count > 0) {
            counter(REGISTRATIONS, "What each store did with the events given to it",
                    new Tag("store", store), new Tag("outcome", outcome))
                    .inc(count);
        }
    }

    private Counter counter(String name, String description, Tag... tags) {
        return registry.counter(metadata(name, description, MetricUnits.NONE), tags);
    }

    private Timer timer(String name, String description, Tag... tags) {
        return registry.timer(metadata(name, description, MetricUnits.SECONDS), tags);
    }

    private void gauge(String name, String description, Supplier<Number> value, Tag... tags) {
        registry.gauge(metadata(name, description, MetricUnits.NONE), value, tags);
    }

    private static Metadata metadata(String name, String description, String unit) {
        return Metadata.builder().withName(name).withDescription(description).withUnit(unit).build();
    }
}
