// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;
import org.nodebridge.registry.mesh.xds.MalformedMessageException;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/**
 * The aggregated discovery service for one client, state of the world. Of one thread, the event loop.
 *
 * <pre>
 *   WAITING --- a snapshot as new as what the client knows, or 30 s ---> SERVING
 *   SERVING: each request and each snapshot sends what differs from what was sent, while the client takes it
 * </pre>
 *
 * Each type is in one of the two: a client names what it knows of a type only when it first asks for it.
 */
final class AdsStream {

    /** Where answers go. */
    interface Outlet {

        /** Whether the client has yet to take what it was sent. */
        boolean isFull();

        /** Sends a message of these parts. */
        void send(List<byte[]> parts);
    }

    /** A replica that does not catch up is better than none. */
    static final long MAX_WAIT_MILLIS = 30_000;
    private static final long STALLED_MILLIS = 60_000;
    private static final int MAX_ANSWER_BYTES = 2 << 20;
    private static final long WINDOW_MILLIS = 10_000;
    private static final int MAX_REQUESTS_IN_WINDOW = 5_000;

    private final Outlet outlet;
    private final MeshStats stats;
    private final String replica;
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    private Node node = Node.UNKNOWN;
    private MeshSnapshot snapshot;
    private long neededRevision;
    private long neededSince;
    private long givenUpRevision;
    private long nonces;
    private long fullSince = Long.MIN_VALUE;
    private long windowStart;
    private int requests;
    private boolean waiting = true;
    private MeshNack lastNack;

    AdsStream(Outlet outlet, MeshStats stats, String replica, long now) {
        this.outlet = outlet;
        this.stats = stats;
        this.replica = replica;
        this.windowStart = now;
    }

    /** @throws MalformedMessageException when the stream has to end for it */
    void receive(byte[] message, long now) throws MalformedMessageException {
        limit(now);
        DiscoveryRequest request = DiscoveryRequest.read(message);
        if (request.node() != null) {
            node = request.node();
        }
        Optional<ResourceType> known = ResourceType.ofUrl(request.typeUrl());
        if (known.isEmpty()) {
            stats.count("unknown_type"); // as of secrets or routes: there are none, and the client's timeout says so
            return;
        }
        ResourceType type = known.get();
        Subscription subscription = subscriptions.computeIfAbsent(type, each -> new Subscription());
        boolean current = subscription.isCurrent(request.nonce());
        if (request.error() != null && !subscription.sentVersion().isEmpty()) {
            lastNack = new MeshNack(
                    Instant.now(), node.id(), type.wireName(), current ? subscription.sentVersion() : "",
                    request.error());
            stats.nack(type, lastNack);
        }
        if (!current) {
            return; // the client has not seen the newest answer yet
        }
        if (!subscription.wasAnswered()) {
            subscription.knows(request.versionInfo());
            need(Characters.wholeNumber(request.versionInfo(), Long.MAX_VALUE).orElse(0), now);
        } else if (request.error() == null) {
            subscription.acknowledge(request.versionInfo());
        }
        subscription.ask(request.names());
        flush(now);
    }

    void update(MeshSnapshot newest, long now) {
        snapshot = newest;
        flush(now);
    }

    void drained(long now) {
        fullSince = Long.MIN_VALUE;
        flush(now);
    }

    /** Looks what the time has brought; whether the client has taken nothing for so long that it is to be cut. */
    boolean tick(long now) {
        if (waiting) {
            flush(now);
        }
        if (!outlet.isFull()) {
            fullSince = Long.MIN_VALUE;
        } else if (fullSince == Long.MIN_VALUE) {
            fullSince = now;
        }
        return fullSince != Long.MIN_VALUE && now - fullSince > STALLED_MILLIS;
    }

    /** Whether a type that is asked for has yet to be served. */
    boolean isWaiting() {
        return waiting;
    }

    private void limit(long now) throws MalformedMessageException {
        if (now - windowStart > WINDOW_MILLIS) {
            windowStart = now;
            requests = 0;
        }
        if (++requests > MAX_REQUESTS_IN_WINDOW) {
            throw new MalformedMessageException("is one of more than " + MAX_REQUESTS_IN_WINDOW + " within "
                    + WINDOW_MILLIS / 1000 + " s");
        }
    }

    private void flush(long now) {
        if (snapshot == null || subscriptions.isEmpty()) {
            return;
        }
        if (isBehind() && now - neededSince >= MAX_WAIT_MILLIS) {
            stats.count("served_behind");
            givenUpRevision = neededRevision;
        }
        waiting = subscriptions.entrySet().stream().anyMatch(each -> isToWait(each.getKey(), each.getValue()));
        for (Map.Entry<ResourceType, Subscription> each : subscriptions.entrySet()) {
            if (outlet.isFull()) {
                return; // what is newest then is sent when the client has taken this
            }
            if (isToWait(each.getKey(), each.getValue())) {
                continue;
            }
            if (each.getKey() == ResourceType.ENDPOINTS) {
                sendAssignments(each.getValue());
            } else {
                sendAll(each.getKey(), each.getValue());
            }
        }
    }

    private void need(long revision, long now) {
        if (revision > neededRevision) {
            neededRevision = revision;
            neededSince = now;
        }
    }

    private boolean isBehind() {
        return snapshot.revision() < neededRevision && neededRevision > givenUpRevision;
    }

    /**
     * Whether the answer would be older than what the client knows from another stream, or would take away clusters
     * whose nodes may have yet to announce themselves.
     */
    private boolean isToWait(ResourceType type, Subscription subscription) {
        return isBehind() && subscription.sentVersion().isEmpty()
                || type == ResourceType.CLUSTERS && subscription.mayLose() && !snapshot.complete();
    }

    /**
     * Listeners and clusters: an answer has all that are asked for, and what it lacks is deleted. So it has those of
     * services as well that may yet be there; they say no more than the name.
     */
    private void sendAll(ResourceType type, Subscription subscription) {
        SortedMap<String, Object> wanted = new TreeMap<>();
        if (subscription.isWildcard()) {
            // listeners for gRPC are no listeners for Envoy, which is who asks for all
            Collection<String> all =
                    type == ResourceType.CLUSTERS ? snapshot.services().keySet() : List.<String>of();
            all.forEach(name -> wanted.put(name, name));
        } else {
            subscription.names().stream()
                    .filter(snapshot::mayHave)
                    .forEach(name -> wanted.put(name, name));
        }
        if (!subscription.isDue() && subscription.sent().keySet().equals(wanted.keySet())) {
            return;
        }
        subscription.sent().clear();
        subscription.sent().putAll(wanted);
        send(type, subscription, wanted.keySet().stream()
                .map(name -> (type == ResourceType.CLUSTERS ? Resources.cluster(name) : Resources.listener(name))
                        .anyBytes(type.url()))
                .toList());
    }

    /** Assignments: an answer has those that have changed. */
    private void sendAssignments(Subscription subscription) {
        List<byte[]> changed = new ArrayList<>();
        int bytes = 0;
        for (String name : subscription.isWildcard() ? allFor(subscription) : subscription.names()) {
            MeshService service = snapshot.services().get(name);
            if (service == null ? snapshot.mayHave(name) : service.isWithheld()) {
                continue;
            }
            Object now = service == null ? Subscription.ABSENT : service;
            if (subscription.sent().put(name, now) == now) {
                continue;
            }
            byte[] assignment = service == null ? absent(name) : service.assignment(node.region());
            if (bytes + assignment.length > MAX_ANSWER_BYTES && !changed.isEmpty()) {
                send(ResourceType.ENDPOINTS, subscription, changed);
                changed = new ArrayList<>();
                bytes = 0;
            }
            changed.add(assignment);
            bytes += assignment.length;
        }
        if (!changed.isEmpty()) {
            send(ResourceType.ENDPOINTS, subscription, changed);
        }
        subscription.forgetAbsent();
    }

    /** For a client that asks for all: the services that exist, that it names, and that it has received before. */
    private Set<String> allFor(Subscription subscription) {
        Set<String> all = new TreeSet<>(snapshot.services().keySet());
        all.addAll(subscription.names());
        all.addAll(subscription.sent().keySet());
        all.remove(Subscription.ALL);
        return all;
    }

    /** That a service has no nodes: an answer without it would have the client wait. */
    private static byte[] absent(String name) {
        return new ProtoMessage().text(1, "cluster_name", name).anyBytes(ResourceType.ENDPOINTS.url());
    }

    private void send(ResourceType type, Subscription subscription, List<byte[]> resources) {
        String version = Long.toString(snapshot.revision());
        String nonce = replica + '-' + ++nonces;
        List<byte[]> parts = new ArrayList<>(2 * resources.size() + 1);
        parts.add(new ProtoMessage()
                .text(1, "version_info", version)
                .text(4, "type_url", type.url())
                .text(5, "nonce", nonce)
                .message(6, "control_plane", new ProtoMessage().text(1, "identifier", replica))
                .bytes());
        for (byte[] resource : resources) {
            parts.add(ProtoMessage.head(2, resource.length));
            parts.add(resource);
        }
        outlet.send(parts);
        subscription.sent(version, nonce);
        stats.push(type);
    }

    Node node() {
        return node;
    }

    Map<ResourceType, Subscription> subscriptions() {
        return subscriptions;
    }

    MeshNack lastNack() {
        return lastNack;
    }
}
