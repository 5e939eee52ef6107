// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Locality;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One stream, with requests as a test writes them. It keeps every answer, and accepts it by default. */
final class RawAds implements StreamObserver<DiscoveryResponse>, AutoCloseable {

    private final Node node;
    private final List<DiscoveryResponse> answers = new CopyOnWriteArrayList<>();
    private final StreamObserver<DiscoveryRequest> requests;
    private volatile String refusal = "";
    private volatile String[] names = {};
    private volatile Throwable end;

    RawAds(ManagedChannel channel, String id, String region) {
        this(AggregatedDiscoveryServiceGrpc.newStub(channel), id, region);
    }

    /** With the credentials that the stub has. */
    RawAds(AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceStub stub, String id, String region) {
        node = Node.newBuilder().setId(id).setUserAgentName("raw").setUserAgentVersion("1")
                .setLocality(Locality.newBuilder().setRegion(region)).build();
        requests = stub.streamAggregatedResources(this);
    }

    /** Asks for these names and no others from now on. */
    RawAds ask(String type, String... wanted) {
        return askFrom(type, "", wanted);
    }

    /** The same as one who has accepted that version, perhaps of another replica. */
    RawAds askFrom(String type, String version, String... wanted) {
        names = wanted;
        send(DiscoveryRequest.newBuilder().setTypeUrl(type).setVersionInfo(version).addAllResourceNames(
                List.of(wanted)).build());
        return this;
    }

    /** Sends a request with our node in it. */
    void send(DiscoveryRequest request) {
        synchronized (requests) {
            requests.onNext(request.toBuilder().setNode(node).build());
        }
    }

    /** Refuses every answer from now on, until the reason is empty. */
    void refuse(String reason) {
        refusal = reason;
    }

    @Override
    public void onNext(DiscoveryResponse answer) {
        answers.add(answer);
        DiscoveryRequest.Builder reply = DiscoveryRequest.newBuilder()
                .setTypeUrl(answer.getTypeUrl())
                .setResponseNonce(answer.getNonce())
                .addAllResourceNames(List.of(names));
        if (refusal.isEmpty()) {
            reply.setVersionInfo(answer.getVersionInfo());
        } else {
            reply.setErrorDetail(Status.newBuilder().setCode(3).setMessage(refusal));
        }
        send(reply.build());
    }

    @Override
    public void onError(Throwable t) {
        end = t;
    }

    @Override
    public void onCompleted() {
        end = new IllegalStateException("the server has ended the stream");
    }

    /** All answers so far, in order. */
    List<DiscoveryResponse> answers() {
        return answers;
    }

    /** The newest answer; there must be one. */
    DiscoveryResponse last() {
        return answers.get(answers.size() - 1);
    }

    /** Why the stream is over; null while it is not. */
    Throwable end() {
        return end;
    }

    /**
     * Whether a replica that is behind what a client has seen keeps it waiting that long at least, by when it asked.
     *
     * @param askedAt by {@link System#nanoTime}, before it asked
     */
    static boolean mustStillWait(long askedAt) {
        return System.nanoTime() - askedAt < TimeUnit.SECONDS.toNanos(30);
    }

    /** The next answer after those of the number. */
    DiscoveryResponse await(int number) {
        eventually().until(() -> answers.size() > number || end != null);
        if (answers.size() <= number) {
            throw new AssertionError("the stream has ended", end);
        }
        return answers.get(number);
    }

    /** The nodes that an answer names, all of one service's. */
    static List<LbEndpoint> endpoints(DiscoveryResponse answer) {
        return localities(answer).stream().flatMap(each -> each.getLbEndpointsList().stream()).toList();
    }

    static List<LocalityLbEndpoints> localities(DiscoveryResponse answer) {
        return answer.getResourcesList().stream().flatMap(each -> assignment(each).getEndpointsList().stream())
                .toList();
    }

    /** Of which an answer is; the version may say more. */
    static long revision(DiscoveryResponse answer) {
        return Long.parseLong(answer.getVersionInfo().replaceAll("\\D.*", ""));
    }

    private static ClusterLoadAssignment assignment(Any resource) {
        try {
            return resource.unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static String address(LbEndpoint endpoint) {
        var address = endpoint.getEndpoint().getAddress().getSocketAddress();
        return address.getAddress() + ":" + address.getPortValue();
    }

    @Override
    public void close() {
        synchronized (requests) {
            requests.onError(new IllegalStateException("the client goes"));
        }
    }
}
