// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.nodebridge.registry.lease.probe.CheckedNames;

/**
 * The addresses behind the host names of nodes. A name is looked up beside those who ask, and again half a minute
 * later; where that fails the address of before goes on to count, for as long as a node has the name: that a name
 * server fails says nothing of the node. Bounded by the nodes of the view. Safe for many threads.
 */
final class ResolvedNames {

    private static final long FRESH_MILLIS = 30_000;
    private static final long FAILED_FRESH_MILLIS = 5_000;

    /**
     * What is known of a host.
     *
     * @param address {@code null} while there is none
     * @param forbidden whether it has one that callers may not be sent to
     * @param tried whether a lookup has ended
     */
    record Resolution(String address, boolean forbidden, boolean tried) {

        private static final Resolution PENDING = new Resolution(null, false, false);
        private static final Resolution FAILED = new Resolution(null, false, true);
        private static final Resolution FORBIDDEN = new Resolution(null, true, true);
    }

    private final Function<String, Optional<CompletableFuture<List<InetAddress>>>> lookUp;
    private final Predicate<InetAddress> allowed;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicBoolean changed = new AtomicBoolean();

    ResolvedNames(
            Function<String, Optional<CompletableFuture<List<InetAddress>>>> lookUp, Predicate<InetAddress> allowed) {
        this.lookUp = lookUp;
        this.allowed = allowed;
    }

    private static final class Entry {

        private volatile Resolution resolution = Resolution.PENDING;
        private volatile long dueAt = Long.MIN_VALUE;
        private volatile boolean isUnderWay;
        private int generation;
    }

    /**
     * What is known of a host now; a name that has not been asked for before will be looked up.
     *
     * @param generation counts the times that all hosts are gone through; of one thread at a time
     */
    Resolution of(String host, int generation) {
        if (CheckedNames.isAddress(host)) {
            try {
                return resolution(List.of(InetAddress.getByName(host)), null);
            } catch (UnknownHostException e) {
                return Resolution.FAILED;
            }
        }
        Entry entry = entries.computeIfAbsent(host, name -> new Entry());
        entry.generation = generation;
        return entry.resolution;
    }

    /** Forgets the hosts that were not asked for the last time. */
    void forgetBefore(int generation) {
        entries.values().removeIf(entry -> entry.generation < generation);
    }

    /** Begins the lookups that are due, those that have waited longest first; does not wait. */
    void lookUpDue(long now) {
        List<Map.Entry<String, Entry>> due = entries.entrySet().stream()
                .filter(each -> !each.getValue().isUnderWay && now >= each.getValue().dueAt)
                .sorted(Comparator.comparingLong(each -> each.getValue().dueAt))
                .toList();
        for (Map.Entry<String, Entry> each : due) {
            if (!begin(each.getKey(), each.getValue(), now)) {
                return;
            }
        }
    }

    /** Whether it has begun: where no thread is free to look names up, that says nothing of this one. */
    private boolean begin(String name, Entry entry, long now) {
        Optional<CompletableFuture<List<InetAddress>>> answer = lookUp.apply(name);
        answer.ifPresent(each -> {
            entry.isUnderWay = true;
            each.whenComplete(
                    (found, failure) -> done(entry, failure == null && !found.isEmpty() ? found : null, now));
        });
        return answer.isPresent();
    }

    private void done(Entry entry, List<InetAddress> found, long startedAt) {
        Resolution before = entry.resolution;
        Resolution next = found != null
                ? resolution(found, before.address)
                : before.address != null || before.forbidden ? before : Resolution.FAILED;
        entry.resolution = next;
        entry.dueAt = startedAt + (found == null ? FAILED_FRESH_MILLIS : FRESH_MILLIS);
        entry.isUnderWay = false;
        if (!next.equals(before)) {
            changed.set(true);
        }
    }

    /** Whether anything has changed since this was asked the last time. */
    boolean takeChanged() {
        return changed.getAndSet(false);
    }

    /** Whether each name has been looked up once, with or without success. */
    boolean allTried() {
        return entries.values().stream().allMatch(entry -> entry.resolution.tried);
    }

    /** One of several, and the same as before: name servers change their order with each answer. */
    private Resolution resolution(List<InetAddress> found, String before) {
        if (!found.stream().allMatch(allowed)) {
            return Resolution.FORBIDDEN;
        }
        List<String> texts = found.stream()
                .sorted(Comparator.comparing((InetAddress each) -> !(each instanceof Inet4Address))
                        .thenComparing(InetAddress::getHostAddress))
                .map(InetAddress::getHostAddress)
                .toList();
        return new Resolution(texts.contains(before) ? before : texts.get(0), false, true);
    }
}
