// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import io.grpc.ManagedChannel;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What is said of one service to a client that connects again as soon as its stream ends; asks for nothing else. */
final class EveryAnswer implements AutoCloseable {

    private final ManagedChannel channel;
    private final String service;
    private final List<RawAds> streams = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    EveryAnswer(ManagedChannel channel, String service) {
        this.channel = channel;
        this.service = service;
        clock.scheduleWithFixedDelay(this::connect, 0, 50, TimeUnit.MILLISECONDS);
    }

    private synchronized void connect() {
        if (streams.isEmpty() || streams.get(streams.size() - 1).end() != null) {
            channel.resetConnectBackoff();
            streams.add(new RawAds(channel, "every-answer", "").ask(EnvoyMessages.ENDPOINTS, service));
        }
    }

    /** Waits until that many streams, counted from the first, have brought an answer. */
    void awaitStream(int number) {
        eventually().until(() -> answered() >= number);
    }

    private synchronized long answered() {
        return streams.stream().filter(each -> !each.answers().isEmpty()).count();
    }

    /** All answers of all streams, in order. */
    synchronized List<DiscoveryResponse> all() {
        return streams.stream().flatMap(each -> each.answers().stream()).toList();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        streams.get(streams.size() - 1).close();
    }
}
