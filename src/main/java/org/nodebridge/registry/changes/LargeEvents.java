// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bytes of large events that are on their way to clients: a thousand clients, each of which holds another event of
 * a mebibyte, would exhaust the memory. Small events need none, and one that is on its way to several clients counts
 * once. Who finds no room waits its turn, and is woken when that has come; a client that makes others wait has a large
 * event for {@link #MAX_HOLD} only. Safe from many threads.
 */
final class LargeEvents {

    /** How long a client may leave a large event untaken while others wait for room. */
    static final Duration MAX_HOLD = Duration.ofSeconds(3);

    private final long maxBytes;

    // each by identity; who waits or holds is in the order of its coming
    private final IdentityHashMap<StreamEvent, Set<Client>> onTheWay = new IdentityHashMap<>();
    private final Map<Client, Held> holders = new LinkedHashMap<>();
    private final Map<Client, Long> waiting = new LinkedHashMap<>();
    private long bytes;

    LargeEvents(long maxBytes) {
        this.maxBytes = Math.max(1, maxBytes);
    }

    /**
     * Whether the event may be sent now; if so, {@link #sent} must follow, and if not, either another try or
     * {@link #leave}.
     *
     * @param now by {@link System#nanoTime}
     */
    boolean take(StreamEvent event, Client client, long now) {
        if (event.size() <= SnapshotPages.SLICE_BYTES) {
            return true;
        }
        Client next;
        synchronized (this) {
            boolean shared = onTheWay.containsKey(event);
            boolean first = waiting.isEmpty() || waiting.keySet().iterator().next() == client;
            if (!shared && !(first && fits(event.size()))) {
                waiting.put(client, event.size());
                return false;
            }
            waiting.remove(client);
            onTheWay.computeIfAbsent(event, its -> new HashSet<>()).add(client);
            holders.put(client, new Held(event, now));
            bytes += shared ? 0 : event.size();
            next = next();
        }
        wake(next);
        return true;
    }

    /** Whether another try of one who waits may succeed; so it is for one who does not wait. */
    synchronized boolean isTurnOf(Client client) {
        return !waiting.containsKey(client) || client == next();
    }

    /** The client has it, or is gone. */
    void sent(StreamEvent event, Client client) {
        if (event.size() <= SnapshotPages.SLICE_BYTES) {
            return;
        }
        Client next;
        synchronized (this) {
            Set<Client> its = onTheWay.get(event);
            if (holders.remove(client) == null || its == null || !its.remove(client)) {
                return;
            }
            if (its.isEmpty()) {
                onTheWay.remove(event);
                bytes -= event.size();
            }
            next = next();
        }
        wake(next);
    }

    /** The client waits no longer, if it did: it has something else to send, or is gone. */
    void leave(Client client) {
        Client next;
        synchronized (this) {
            if (waiting.remove(client) == null) {
                return;
            }
            next = next();
        }
        wake(next);
    }

    /**
     * To be called every second or so: has those cut who have held an event for too long, oldest first and as many as
     * make room for all who wait, and wakes who could have gone on and has not, as when its node could not be read.
     *
     * @param now by {@link System#nanoTime}
     */
    void tick(long now) {
        List<Client> cut = new ArrayList<>();
        Client next;
        synchronized (this) {
            if (waiting.isEmpty()) {
                return;
            }
            next = next();
            long wanted = waiting.values().stream().mapToLong(Long::longValue).sum() - (maxBytes - bytes);
            IdentityHashMap<StreamEvent, Integer> left = new IdentityHashMap<>();
            Iterator<Map.Entry<Client, Held>> oldest = holders.entrySet().iterator();
            while (wanted > 0 && oldest.hasNext()) {
                Map.Entry<Client, Held> holder = oldest.next();
                Held held = holder.getValue();
                if (now - held.since() < MAX_HOLD.toNanos()) {
                    break;
                }
                cut.add(holder.getKey());
                if (left.merge(held.event(), -1, Integer::sum) + onTheWay.get(held.event()).size() == 0) {
                    wanted -= held.event().size();
                }
            }
        }
        cut.forEach(Client::crowdOut);
        wake(next);
    }

    /** Who is to try again now; {@code null} while there is no room. */
    private Client next() {
        if (waiting.isEmpty()) {
            return null;
        }
        Map.Entry<Client, Long> first = waiting.entrySet().iterator().next();
        return fits(first.getValue()) ? first.getKey() : null;
    }

    /** An event that is larger than all of it goes alone. */
    private boolean fits(long size) {
        return bytes == 0 || bytes + size <= maxBytes;
    }

    /** Without the lock, since the client may have something of its own to wait for. */
    private static void wake(Client client) {
        if (client != null) {
            client.wake();
        }
    }

    /** The sender of events. It is never called while a lock is held. */
    interface Client {

        /** It may try again. */
        void wake();

        /** Others wait for what it holds. */
        void crowdOut();
    }

    private record Held(StreamEvent event, long since) {}
}
