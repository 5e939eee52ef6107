// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.mesh.xds.GrpcCall;
import org.nodebridge.registry.mesh.xds.GrpcStatus;
import org.nodebridge.registry.mesh.xds.MalformedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams of this replica. On the event loop, but for the two counts. */
final class AdsCalls implements GrpcCall.Handler {

    /** Runs something on the event loop. */
    interface Loop {
        void run(Runnable task);
    }

    private static final class Open {

        private final GrpcCall call;
        private final Instant since = Instant.now();
        private AdsStream stream;
        private String who = "";

        private Open(GrpcCall call) {
            this.call = call;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AdsCalls.class);

    private final MeshAccess access;
    private final MeshStats stats;
    private final String replica;
    private final int maxStreams;
    private final Loop loop;
    private final Map<GrpcCall, Open> calls = new HashMap<>();
    private volatile int count;
    private volatile int waiting;
    private MeshSnapshot newest;

    AdsCalls(MeshAccess access, MeshStats stats, String replica, int maxStreams, Loop loop) {
        this.access = access;
        this.stats = stats;
        this.replica = replica;
        this.maxStreams = maxStreams;
        this.loop = loop;
    }

    int count() {
        return count;
    }

    /** Streams that have yet to be served, or of which a type has. */
    int waiting() {
        return waiting;
    }

    @Override
    public void opened(GrpcCall call) {
        if (calls.size() >= maxStreams) {
            end(call, GrpcStatus.RESOURCE_EXHAUSTED, "there are too many streams (registry.xds.max-streams)",
                    "too_many");
            return;
        }
        Open open = new Open(call);
        calls.put(call, open);
        count = calls.size();
        access.find(call, finding -> loop.run(() -> {
            if (call.isOver()) {
                return;
            }
            if (finding.refusal() != null) {
                end(call, finding.refusal(), finding.reason(), "refused");
                return;
            }
            open.who = finding.who();
            open.stream = new AdsStream(outlet(call), stats, replica, MonotonicTime.now());
            call.accept();
            if (newest != null) {
                with(open, stream -> stream.update(newest, MonotonicTime.now()));
            }
        }));
    }

    private static AdsStream.Outlet outlet(GrpcCall call) {
        return new AdsStream.Outlet() {
            @Override
            public boolean isFull() {
                return call.isFull();
            }

            @Override
            public void send(List<byte[]> parts) {
                call.send(parts);
            }
        };
    }

    @Override
    public void message(GrpcCall call, byte[] message) {
        with(calls.get(call), stream -> {
            try {
                stream.receive(message, MonotonicTime.now());
            } catch (MalformedMessageException e) {
                end(call, GrpcStatus.INVALID_ARGUMENT, "the request " + e.getMessage(), "malformed");
            }
        });
    }

    /** Does something with a stream that there is; where that fails the stream ends, and no other. */
    private void with(Open open, Consumer<AdsStream> action) {
        if (open != null && open.stream != null) {
            try {
                action.accept(open.stream);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("client", open.stream.node().id())
                        .log("A stream of a client of xDS ends by a defect");
                end(open.call, GrpcStatus.INTERNAL, "a defect of the registry; see its log", "defect");
            }
        }
    }

    @Override
    public void drained(GrpcCall call) {
        with(calls.get(call), stream -> stream.drained(MonotonicTime.now()));
    }

    @Override
    public void ended(GrpcCall call) {
        calls.remove(call);
        count = calls.size();
    }

    /** Sends what is new to those who want it. */
    void update(MeshSnapshot snapshot) {
        newest = snapshot;
        long now = MonotonicTime.now();
        new ArrayList<>(calls.values()).forEach(open -> with(open, stream -> stream.update(snapshot, now)));
    }

    /** Each second. */
    void tick() {
        long now = MonotonicTime.now();
        int stillWaiting = 0;
        for (Open open : new ArrayList<>(calls.values())) {
            with(open, stream -> {
                if (stream.tick(now)) {
                    stats.count("stalled");
                    open.call.reset();
                }
            });
            stillWaiting += open.stream == null || open.stream.isWaiting() ? 1 : 0;
        }
        waiting = stillWaiting;
    }

    /** Who is here, at most so many. */
    List<MeshClient> clients(int most) {
        return calls.values().stream()
                .filter(open -> open.stream != null)
                .limit(most)
                .map(open -> MeshClient.of(open.stream, open.call.address(), open.who, open.since))
                .toList();
    }

    private void end(GrpcCall call, GrpcStatus status, String reason, String event) {
        stats.count(event);
        call.end(status, reason);
    }
}
