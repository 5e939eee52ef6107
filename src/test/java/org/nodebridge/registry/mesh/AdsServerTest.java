// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.nodebridge.registry.mesh.MeshNodes.node;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.mesh.xds.GrpcServer;
import org.nodebridge.registry.mesh.xds.GrpcTls;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.servers.SelfSigned;

/** The server by sockets, and grpc-java as its client. */
class AdsServerTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final MeshNodes fleet = new MeshNodes();
    private final MeshStats stats = new MeshStats();
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private GrpcServer server;
    private AdsCalls calls;
    private ManagedChannel channel;

    /** What a client gets. */
    private static final class Answers<T> implements StreamObserver<T> {

        private final List<T> all = new CopyOnWriteArrayList<>();
        private final AtomicReference<Status> end = new AtomicReference<>();

        @Override
        public void onNext(T value) {
            all.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            end.set(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.set(Status.OK);
        }

        private Status end() {
            await().until(() -> end.get() != null);
            return end.get();
        }
    }

    private void start(boolean open, int maxStreams, GrpcTls tls, ChannelCredentials credentials) {
        start(open, false, maxStreams, tls, credentials);
    }

    private void start(
            boolean open, boolean openReads, int maxStreams, GrpcTls tls, ChannelCredentials credentials) {
        AtomicReference<GrpcServer> started = new AtomicReference<>();
        calls = new AdsCalls(
                new MeshAccess(open, openReads, (authorization, address) -> caller(authorization), threads), stats,
                "replica", maxStreams, task -> started.get().onLoop(task));
        server = new GrpcServer(calls, 100);
        started.set(server);
        server.start("127.0.0.1", 0, tls);
        channel = Grpc.newChannelBuilder("localhost:" + server.port(), credentials).build();
    }

    private static Optional<Caller> caller(String authorization) {
        return switch (authorization) {
            case "Bearer good" -> Optional.of(new Caller("token", "me", java.util.Set.of("reader")));
            case "Bearer poor" -> Optional.of(new Caller("token", "me", java.util.Set.of()));
            default -> Optional.empty();
        };
    }

    private void startOpen(int maxStreams) {
        start(true, maxStreams, null, InsecureChannelCredentials.create());
    }

    private StreamObserver<DiscoveryRequest> open(Answers<DiscoveryResponse> answers, String authorization) {
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(AUTHORIZATION, authorization);
        }
        return AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .streamAggregatedResources(answers);
    }

    private static DiscoveryRequest ask() {
        return DiscoveryRequest.newBuilder().setTypeUrl(ResourceType.ENDPOINTS.url()).addResourceNames("onex-effect")
                .build();
    }

    private void publish(int port) {
        MeshSnapshot snapshot = fleet.of(node("a", "http://10.0.0.1:" + port));
        server.onLoop(() -> calls.update(snapshot));
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.stop();
        threads.shutdownNow();
    }

    @Test
    void answersAndPushes() {
        startOpen(10);
        publish(80);
        Answers<DiscoveryResponse> answers = new Answers<>();
        open(answers, null).onNext(ask());
        await().until(() -> answers.all.size() == 1);
        publish(81);

        await().until(() -> answers.all.size() == 2);
    }

    @Test
    void noticesThatAClientHasGone() {
        startOpen(10);
        Answers<DiscoveryResponse> answers = new Answers<>();
        open(answers, null).onNext(ask());
        await().until(() -> calls.count() == 1);
        channel.shutdownNow();

        await().until(() -> calls.count() == 0);
    }

    @Test
    void endsAStreamThatItsClientHasEnded() {
        startOpen(10);
        Answers<DiscoveryResponse> answers = new Answers<>();
        open(answers, null).onCompleted();

        assertThat(answers.end().getCode()).isEqualTo(Status.Code.OK);
        await().until(() -> calls.count() == 0);
    }

    @Test
    void takesNoMoreStreamsThanItMay() {
        startOpen(1);
        open(new Answers<>(), null).onNext(ask());
        await().until(() -> calls.count() == 1);
        Answers<DiscoveryResponse> second = new Answers<>();
        open(second, null).onNext(ask());

        assertThat(second.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aRequestThatIsTooLongEndsItsStreamOnly() {
        startOpen(10);
        publish(80);
        Answers<DiscoveryResponse> other = new Answers<>();
        open(other, null).onNext(ask());
        await().until(() -> other.all.size() == 1);
        Answers<DiscoveryResponse> answers = new Answers<>();
        open(answers, null).onNext(DiscoveryRequest.newBuilder().setTypeUrl("x".repeat(300_000)).build());

        assertThat(answers.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answers.end().getDescription()).as("refused before it is read").contains("262144 bytes");
        publish(81);
        await().until(() -> other.all.size() == 2);
    }

    @Test
    void aClientLearnsToSendNoMoreOfACallThatHasEnded() {
        startOpen(10);
        Vertx vertx = Vertx.vertx();
        try {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false))
                    .request(HttpMethod.POST, server.port(), "127.0.0.1",
                            "/" + AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod()
                                    .getFullMethodName())
                    .onSuccess(request -> {
                        request.exceptionHandler(failure::set).putHeader("content-type", "application/grpc")
                                .setChunked(true);
                        request.write(Buffer.buffer(new byte[] {0, 0x7f, 0, 0, 0})); // of a message of 2 GB the head
                    });

            await().untilAsserted(() -> assertThat(failure.get()).isInstanceOf(StreamResetException.class));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void incrementalDiscoveryIsNotThere() {
        startOpen(10);
        Answers<DeltaDiscoveryResponse> answers = new Answers<>();
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(answers)
                .onNext(DeltaDiscoveryRequest.getDefaultInstance());

        assertThat(answers.end().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void letsInByTlsAndTokenOnlyWhoMayRead(@TempDir Path directory) throws IOException {
        SelfSigned signed = SelfSigned.in(directory.resolve("tls"));
        start(false, 10, new GrpcTls(Files.readAllBytes(signed.certificate()), Files.readAllBytes(signed.key()), null),
                TlsChannelCredentials.newBuilder().trustManager(signed.certificate().toFile()).build());
        publish(80);
        Answers<DiscoveryResponse> good = new Answers<>();
        open(good, "Bearer good").onNext(ask());
        await().until(() -> good.all.size() == 1);

        for (String[] refused : new String[][] {
            {null, "UNAUTHENTICATED"}, {"Bearer bad", "UNAUTHENTICATED"}, {"Bearer poor", "PERMISSION_DENIED"}
        }) {
            Answers<DiscoveryResponse> answers = new Answers<>();
            open(answers, refused[0]).onNext(ask());
            assertThat(answers.end().getCode()).isEqualTo(Status.Code.valueOf(refused[1]));
        }
    }

    @Test
    void withOpenReadsLetsInWhoShowsNoCredentialsAndNotWhoShowsBadOnes() {
        start(false, true, 10, null, InsecureChannelCredentials.create());
        publish(80);
        for (String accepted : new String[] {null, "Bearer good"}) {
            Answers<DiscoveryResponse> answers = new Answers<>();
            open(answers, accepted).onNext(ask());
            await().until(() -> answers.all.size() == 1);
        }

        Answers<DiscoveryResponse> refused = new Answers<>();
        open(refused, "Bearer bad").onNext(ask());
        assertThat(refused.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void letsInByACertificateOfTheAuthoritiesThatAreSet(@TempDir Path directory) throws IOException {
        SelfSigned signed = SelfSigned.in(directory.resolve("server"));
        SelfSigned client = SelfSigned.in(directory.resolve("client"));
        start(false, 10, new GrpcTls(
                Files.readAllBytes(signed.certificate()), Files.readAllBytes(signed.key()),
                Files.readAllBytes(client.certificate())),
                TlsChannelCredentials.newBuilder().trustManager(signed.certificate().toFile())
                        .keyManager(client.certificate().toFile(), client.key().toFile()).build());
        publish(80);
        Answers<DiscoveryResponse> answers = new Answers<>();
        open(answers, null).onNext(ask());

        await().until(() -> answers.all.size() == 1);
    }
}
