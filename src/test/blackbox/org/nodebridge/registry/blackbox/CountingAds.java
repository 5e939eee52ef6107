// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A client with a connection of its own that accepts every assignment and keeps no more than figures of them. */
final class CountingAds implements ClientResponseObserver<DiscoveryRequest, DiscoveryResponse>, AutoCloseable {

    private static final int WINDOW_BYTES = 65_535;
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final ManagedChannel channel;
    private final String service;
    private final boolean reads;
    private ClientCallStreamObserver<DiscoveryRequest> requests;
    private volatile long version;
    private volatile DiscoveryResponse last = DiscoveryResponse.getDefaultInstance();
    private volatile boolean ended;
    private final AtomicInteger answers = new AtomicInteger();
    private volatile long lastBytes;
    private final AtomicLong bytes = new AtomicLong();

    private CountingAds(int port, String service, boolean reads) {
        this.service = service;
        this.reads = reads;
        // not one that grows with what comes: one who reads nothing is to have no room for it
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
        AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(this);
        requests.onNext(request().setNode(Node.newBuilder().setId(Registry.uniqueId("client"))).build());
    }

    static CountingAds of(int port, String service) {
        return new CountingAds(port, service, true);
    }

    /** Its connection takes what its window has room for, and then no more. */
    static CountingAds thatReadsNothing(int port, String service) {
        return new CountingAds(port, service, false);
    }

    private DiscoveryRequest.Builder request() {
        return DiscoveryRequest.newBuilder().setTypeUrl(EnvoyMessages.ENDPOINTS).addResourceNames(service);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<DiscoveryRequest> stream) {
        requests = stream;
        if (!reads) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public void onNext(DiscoveryResponse answer) {
        requests.onNext(request()
                .setVersionInfo(answer.getVersionInfo())
                .setResponseNonce(answer.getNonce())
                .build());
        lastBytes = answer.getSerializedSize();
        bytes.addAndGet(lastBytes);
        last = answer;
        answers.incrementAndGet();
        version = RawAds.revision(answer);
    }

    @Override
    public void onError(Throwable t) {
        ended = true;
    }

    @Override
    public void onCompleted() {
        ended = true;
    }

    /** The revision of the last answer. */
    long version() {
        return version;
    }

    /** How many nodes the last answer has; -1 when the stream has ended. Reads the answer, which costs. */
    int nodes() {
        return ended ? -1 : RawAds.endpoints(last).size();
    }

    int answers() {
        return answers.get();
    }

    long lastBytes() {
        return lastBytes;
    }

    /** Of all answers. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
