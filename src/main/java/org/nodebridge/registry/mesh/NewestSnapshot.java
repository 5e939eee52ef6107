// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.OtherRegions.OtherRegion;
import org.nodebridge.registry.mesh.SnapshotBuilder.Origin;

/** The newest snapshot, made again where what it is made of has changed. By one thread at a time, but for reads. */
final class NewestSnapshot {

    private static final long ASKED_WITHIN_MILLIS = 600_000;
    private static final long FRESH_MILLIS = 5_000;

    /** After a start services wait so long for the addresses behind all names of all. */
    private static final long NAMES_WITHIN_MILLIS = 10_000;

    /** After that each for those of its own; nodes whose name is not looked up by then are left out. */
    private static final long OWN_NAMES_WITHIN_MILLIS = 60_000;

    /** It takes 5 ms for each 1,000 nodes; many of them must not keep a processor busy by their changes. */
    private static final int PAUSE_FACTOR = 3;

    /**
     * What a snapshot is made of.
     *
     * @param all whether the view has room for all nodes; where it has not, those that it has are served, as a replica
     *     does that had room for all of them before, and nothing is said to be gone
     * @param settled whether a service that has no nodes has lost them, and the database has not just forgotten them
     * @param others other registries whose nodes callers receive, in their order of preference
     * @param othersRead whether what is known of them has been read
     */
    record Source(Known known, boolean all, boolean settled, List<OtherRegion> others, boolean othersRead) {

        private List<Object> tables() {
            List<Object> tables = new ArrayList<>(List.of(known.table()));
            others.forEach(each -> tables.addAll(List.of(each.name(), each.known().table())));
            return tables;
        }
    }

    /**
     * Whether callers may learn that a service is gone. A database that is new, was emptied or restored knows of no
     * node before it has announced itself; callers go on with what they know until then, as do the entries in Consul.
     *
     * @param caughtUpAt when the consumer had read what lay in Kafka at this replica's start; {@code null} before
     * @param historyFollowedFor for how long the view has followed this history of the database
     * @param anyNode whether any node is registered, here or in another region whose nodes callers receive
     * @param startGrace how long nodes are given to announce themselves
     */
    record RemovalSafety(Instant caughtUpAt, Duration historyFollowedFor, boolean anyNode, Duration startGrace) {

        boolean allows(Instant now) {
            return anyNode && caughtUpAt != null && !now.isBefore(caughtUpAt.plus(startGrace))
                    && historyFollowedFor.compareTo(startGrace) >= 0;
        }
    }

    private final SnapshotBuilder builder;
    private final ResolvedNames names;
    private final ResolvedNames namesOfOthers;
    private final MeshWeights weights;
    private final LongSupplier nanos;
    private volatile Consumer<MeshSnapshot> listener = snapshot -> {};
    private volatile MeshSnapshot ready;
    private volatile long askedAt = Long.MIN_VALUE;

    private long notBefore = Long.MIN_VALUE;
    private MeshSnapshot built;
    private List<Object> builtOf;
    private boolean builtComplete;
    private boolean builtAwaiting;
    private long firstBuiltAt;

    /** @param nanos by which it is measured how long a snapshot takes, such as {@link System#nanoTime} */
    NewestSnapshot(
            SnapshotBuilder builder, ResolvedNames names, ResolvedNames namesOfOthers, MeshWeights weights,
            LongSupplier nanos) {
        this.builder = builder;
        this.names = names;
        this.namesOfOthers = namesOfOthers;
        this.weights = weights;
        this.nanos = nanos;
    }

    /** @param consumer gets each snapshot from now on, and the newest at once where there is one */
    void follow(Consumer<MeshSnapshot> consumer) {
        listener = consumer;
        if (ready != null) {
            consumer.accept(ready);
        }
    }

    /**
     * Notes that a client asks. Says whether the snapshot has to be made first, as there is none or no client has asked
     * recently.
     */
    boolean ask(long now) {
        long before = askedAt;
        askedAt = now;
        return ready == null || before == Long.MIN_VALUE || now - before > FRESH_MILLIS;
    }

    /** Whether any client has asked within ten minutes; else all is forgotten, so that no client receives it later. */
    boolean forgetUnlessAsked(long now) {
        long asked = askedAt;
        if (asked != Long.MIN_VALUE && now - asked < ASKED_WITHIN_MILLIS) {
            return true;
        }
        ready = null;
        built = null;
        builtOf = null;
        return false;
    }

    /** {@code null} while nothing may be served. */
    MeshSnapshot ready() {
        return ready;
    }

    /** Whether all that is known is that there is no node. */
    boolean isOfNoNodes() {
        return ready == null && built != null && built.services().isEmpty();
    }

    void refresh(Source source, long now) {
        if (now < notBefore) {
            return;
        }
        Known known = source.known();
        boolean complete = source.all() && source.settled() && source.othersRead();
        boolean reweighed = weights.decide(known.table(), now);
        firstBuiltAt = built == null || isOfNoNodes() ? now : firstBuiltAt;
        boolean awaits = now - firstBuiltAt <= OWN_NAMES_WITHIN_MILLIS;
        List<Object> tables = source.tables(); // equal only when they are the same
        if (names.takeChanged() | namesOfOthers.takeChanged() | reweighed | !tables.equals(builtOf)
                | complete != builtComplete | awaits != builtAwaiting) {
            long begun = nanos.getAsLong();
            built = builder.build(origins(source, now), known.revision(), built, complete, awaits);
            builtOf = tables;
            builtComplete = complete;
            builtAwaiting = awaits;
            long took = (nanos.getAsLong() - begun) / 1_000_000;
            notBefore = now + took * (1 + PAUSE_FACTOR);
        } else if (built.revision() != known.revision()) {
            built = built.at(known.revision());
        }
        names.lookUpDue(now);
        namesOfOthers.lookUpDue(now);
        if (built != ready && (ready != null || mayBeFirst(source, now))) {
            ready = built;
            listener.accept(built);
        }
    }

    private List<Origin> origins(Source source, long now) {
        List<Origin> origins = new ArrayList<>();
        origins.add(new Origin("", source.known().table().nodes(), weights::of));
        source.others().forEach(each -> origins.add(new Origin(
                each.name(), each.known().table().nodes(), weights.ofOthers(each.known().table(), now))));
        return origins;
    }

    private boolean mayBeFirst(Source source, long now) {
        boolean mayHaveNodes = source.known().table().size() == 0 && !source.settled();
        boolean isReady = names.allTried() && source.othersRead();
        return !mayHaveNodes && (isReady || now - firstBuiltAt > NAMES_WITHIN_MILLIS);
    }
}
