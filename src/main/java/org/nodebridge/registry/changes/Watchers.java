// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.nodebridge.registry.changes.ChangeFeed.HistoryBrokenException;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All watchers of this replica. Safe from many threads. A client that takes nothing holds its thread, however
 * little is written at once, until the write times out (HTTP_WRITE_TIMEOUT); the threads are many so that the others
 * are not held up by a few of them.
 */
@ApplicationScoped
@ManagedExecutorDefinition(name = "java:app/concurrent/watchers", maxAsync = 64)
public class Watchers {

    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private static final String UNAVAILABLE = "PostgreSQL is unavailable; the stream goes on when it is available";
    private static final Duration READ_INTERVAL = Duration.ofMillis(250);
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Replaying more than this takes longer than a new snapshot. */
    private static final long MOST_RESUMED = 10_000;

    /** Those who were cut off come back within this time, and then find what they need in memory. */
    private static final long REST_AFTER = Duration.ofMinutes(2).toNanos();

    @Resource(lookup = "java:app/concurrent/watchers")
    private ManagedExecutorService executor;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private ChangeFeed feed;

    @Inject
    private RemoteFeed remote;

    @Inject
    private SnapshotPages snapshots;

    private WatcherPlaces places;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final Watcher.Log log = new WatcherLog();
    private volatile long lastNeededAt = System.nanoTime();
    private volatile boolean stopping;
    private LargeEvents large;
    private volatile boolean away;

    void start(@Observes Startup startup) {
        large = new LargeEvents(settings.watch().bufferBytes());
        metrics.watchers(watchers::size);
        places = new WatcherPlaces(settings.watch().mostClients(), settings.watch().maxClientsPerCaller());
        tasks.start("watch_feed", READ_INTERVAL, () -> true, this::read);
        tasks.start("watched_regions", READ_INTERVAL, () -> true, this::readRemote);
        tasks.start("watch_heartbeats", TICK, () -> true, this::tick);
    }

    /** Ends all streams, so that their clients go on with another replica. */
    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        stopping = true;
        watchers.forEach(Watcher::close);
    }

    /**
     * How a stream is to begin, and a place for it; {@link #serve} must follow.
     *
     * @param lastEventId where the client was, as it says; {@code null} for one that was nowhere
     * @param allRegions whether it is sent the nodes of other regions too
     * @param withSnapshot whether it is sent what there is before what changes; must be true with {@code allRegions}
     * @param caller whose it is, as {@link EventSink#caller} will say
     * @throws TooManyWatchersException when no more are let in
     * @throws StoreException when PostgreSQL cannot be asked
     */
    public Start begin(String lastEventId, boolean allRegions, boolean withSnapshot, String caller) {
        if (stopping) {
            throw TooManyWatchersException.inAll(0);
        }
        try {
            places.take(caller);
        } catch (TooManyWatchersException e) {
            metrics.requestRefused("too_many_watchers");
            throw e;
        }
        boolean begun = false;
        try {
            lastNeededAt = System.nanoTime();
            feed.follow();
            Start start = start(lastEventId, allRegions, withSnapshot);
            begun = true;
            return start;
        } finally {
            if (!begun) {
                places.giveBack(caller);
            }
        }
    }

    /**
     * Sends a client all that there is, and from then on what changes, until it is gone, is too slow or the registry
     * stops.
     *
     * @param nodeType leaves out nodes of other types; {@code null} leaves out nothing
     */
    public void serve(EventSink outlet, String nodeType, Start start) {
        Watcher watcher = new Watcher(outlet, nodeType, start, feed, large, executor, log);
        watchers.add(watcher);
        if (stopping) {
            watcher.close();
        }
        if (away) {
            watcher.say(UNAVAILABLE);
        }
        watcher.wake();
    }

    /** The threads that write to clients, and wait for those that take nothing; so many that requests keep theirs. */
    Executor writers() {
        return executor;
    }

    private Start start(String lastEventId, boolean allRegions, boolean withSnapshot) {
        if (allRegions) {
            remote.refresh();
        }
        if (lastEventId == null || lastEventId.isBlank()) {
            return withSnapshot ? snapshot(new ArrayList<>(), allRegions) : fromNow(new ArrayList<>());
        }
        String id = lastEventId.strip();
        int end = allRegions && id.indexOf(',') >= 0 ? id.indexOf(',') : id.length();
        long revision = Characters.wholeNumber(id.substring(0, end), Long.MAX_VALUE).orElse(-1);
        Span span = feed.span();
        String reason = null;
        if (revision < 0 || !span.leadsOnFrom(revision) || span.last() - revision > MOST_RESUMED) {
            reason = reason(revision, span);
        } else if (!allRegions) {
            return new Start(List.of(), null, revision);
        } else {
            RemotePlace place = RemotePlace.after(remote, id.substring(Math.min(end + 1, id.length())));
            if (place.obstacle() == null) {
                return new Start(List.of(), null, revision, place);
            }
            reason = place.obstacle();
        }
        List<StreamEvent> resync = new ArrayList<>(List.of(StreamEvent.notice("resync", reason)));
        return withSnapshot ? snapshot(resync, allRegions) : fromNow(resync);
    }

    /** With the mark that ends a snapshot, so that a client has a place to go on from before anything changes. */
    private Start fromNow(List<StreamEvent> events) {
        long revision = feed.span().last();
        events.add(StreamEvent.snapshotEnd(revision));
        return new Start(events, null, revision);
    }

    /** Why it cannot be gone on from there. */
    static String reason(long revision, Span span) {
        if (revision < 0 || revision > span.last()) {
            return "unknown_id";
        }
        if (span.leadsOnFrom(revision)) {
            return "too_far_behind";
        }
        return revision < span.failedOver() ? "failover" : "history_pruned";
    }

    private Start snapshot(List<StreamEvent> events, boolean allRegions) {
        SnapshotReader snapshot = new SnapshotReader(snapshots);
        long revision = snapshot.begin();
        events.add(StreamEvent.snapshotBegin(revision));
        return new Start(events, snapshot, revision, allRegions ? RemotePlace.ofSnapshot(remote) : null);
    }

    private void read() {
        try {
            if (!watchers.isEmpty()) {
                feed.follow();
            }
            if (feed.read()) {
                watchers.forEach(Watcher::wake);
            }
            away = false;
        } catch (StoreException e) {
            if (!away) {
                away = true;
                watchers.forEach(watcher -> watcher.say(UNAVAILABLE));
            }
            throw e;
        } catch (HistoryBrokenException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("The changes cannot be followed; all begin again");
            remote.rest();
            watchers.forEach(Watcher::close);
        }
    }

    /** Apart from our own changes, which must not wait for those of others. */
    private void readRemote() {
        if (watchers.stream().anyMatch(Watcher::allRegions) && remote.refresh()) {
            watchers.stream().filter(Watcher::allRegions).forEach(Watcher::wake);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        watchers.forEach(watcher -> watcher.tick(now, settings.watch().heartbeatInterval()));
        large.tick(now);
        if (!watchers.isEmpty()) {
            lastNeededAt = now;
        } else if (now - lastNeededAt > REST_AFTER) {
            feed.rest();
            snapshots.rest();
            remote.rest();
        }
    }

    private final class WatcherLog implements Watcher.Log {

        @Override
        public void sent(StreamEvent event) {
            metrics.watchedEvent(event.name() == null ? "comment" : event.name());
        }

        @Override
        public void cut(Watcher watcher, String reason) {
            metrics.watcherCut(reason);
            LOG.atWarn().addKeyValue("client", watcher.client()).addKeyValue("reason", reason)
                    .log("A client that watches was too slow and has been cut");
        }

        @Override
        public void waiting(StoreException reason) {
            LOG.atDebug().addKeyValue("reason", reason.getMessage()).log("The history cannot be read now");
        }

        @Override
        public void failed(Watcher watcher, RuntimeException failure) {
            LOG.atError().addKeyValue("client", watcher.client()).setCause(failure).log("A stream has failed");
        }

        @Override
        public void ended(Watcher watcher) {
            if (watchers.remove(watcher)) {
                places.giveBack(watcher.caller());
            }
        }
    }
}
