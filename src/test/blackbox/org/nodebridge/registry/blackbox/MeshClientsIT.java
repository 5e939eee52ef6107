// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.blackbox.GrpcFleet.GrpcNode;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.GrpcScripts;

/** gRPC's own clients call nodes by what the registry says by xDS, while nodes and the registry change or fail. */
class MeshClientsIT {

    private static final int PORT = FreePorts.one();
    private static final String HOME = "eu";
    private static final String ABROAD = "us";
    /** Of what takes clients long: many calls each time, or a program that has to be started. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The method for xDS, with any bytes. */
    private static final MethodDescriptor<byte[], byte[]> MALFORMED = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod().getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private static Registry registry;

    private final ManagedChannel channel = Grpc.newChannelBuilder(
            "127.0.0.1:" + PORT, InsecureChannelCredentials.create()).build();

    @BeforeAll
    static void startRegistry() {
        registry = SeparateRegistry.on(Backends.shared(), "mesh", Map.of(
                "REGISTRY_XDS_PORT", Integer.toString(PORT),
                "REGISTRY_XDS_HOST", "127.0.0.1",
                "REGISTRY_XDS_INSECURE", "true",
                "REGISTRY_XDS_SCOPE", "all",
                "REGISTRY_XDS_REGION_ORDER", ABROAD + ", " + HOME, // by name it would be the other one
                "REGISTRY_REGIONS", "near,far",
                "REGISTRY_REGION_SILENCE", "PT15S")).replica("liberty");
        registry.liberty().start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
    }

    @AfterEach
    void closeChannel() {
        channel.shutdownNow();
    }

    @Test
    void callersOfTheDocsSpreadTheirCalls(@TempDir Path directory) {
        try (GrpcFleet fleet = announced("effect", 3)) {
            try (MeshCaller java = new MeshCaller(target(fleet))) {
                isEachCalled(fleet, () -> {
                    for (int call = 0; call < 50; call++) {
                        java.call();
                    }
                });
            }
            GrpcScripts python = GrpcScripts.pythonNeeded();
            isEachCalled(fleet, () -> python.run(caller("python"), bootstrap().json().toString(), directory));
            GrpcScripts node = GrpcScripts.nodeNeeded();
            isEachCalled(fleet, () -> node.run(caller("javascript"), bootstrap().json().toString(), directory));
        }
    }

    private static MeshBootstrap bootstrap() {
        return new MeshBootstrap(PORT, Registry.uniqueId("caller"), HOME);
    }

    private static String service(GrpcFleet fleet) {
        return "onex-" + fleet.type();
    }

    /** For a new client of gRPC's. */
    private static String target(GrpcFleet fleet) {
        return bootstrap().scheme() + ":///" + service(fleet);
    }

    private GrpcFleet announced(String type, int size) {
        return announced(type, size, HOME);
    }

    /** All of whose nodes are being sent to those who ask. */
    private GrpcFleet announced(String type, int size, String region) {
        GrpcFleet fleet = GrpcFleet.listening(registry, type, size);
        fleet.announce(region);
        List<String> addresses = fleet.nodes().stream().map(node -> GrpcFleet.text(node.address())).toList();
        try (RawAds client = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, service(fleet))) {
            eventually().until(() -> !client.answers().isEmpty()
                    && RawAds.endpoints(client.last()).stream().map(RawAds::address).toList().containsAll(addresses));
        }
        return fleet;
    }

    /** Sooner or later: while a client connects to one of them, it calls the others alone. */
    private static void isEachCalled(GrpcFleet fleet, ThrowingCallable calls) {
        fleet.resetCalls();
        eventually().atMost(PATIENCE).untilAsserted(() -> {
            calls.call();
            assertThat(fleet.nodes()).allSatisfy(node -> assertThat(fleet.calls(node)).isPositive());
        });
    }

    private static String caller(String language) {
        return Snippets.of("docs/mesh.md", language, "xds:///onex-effect");
    }

    @Test
    void noCallFailsWhileANodeDrainsAndAnotherIsCordoned() {
        try (GrpcFleet fleet = announced("compute", 3); ContinuousCalls calls = new ContinuousCalls(target(fleet))) {
            awaitCalled(fleet, calls, 0, 1, 2);

            fleet.drain(fleet.nodes().get(0));
            awaitCalled(fleet, calls, 1, 2);
            String cordon = "/api/v1/registrations/" + fleet.nodes().get(1).id() + "/cordon";
            Answer cordoned = registry.send(Registry.asOperator(registry.request(cordon))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"reason\": \"maintenance\"}")));
            assertThat(cordoned.status()).as(cordoned.body()).isIn(200, 202);
            awaitCalled(fleet, calls, 2);
            registry.delete(cordon);
            awaitCalled(fleet, calls, 1, 2);

            assertThat(calls.failures()).isEmpty();
        }
    }

    @Test
    void callsGoToAnotherRegionWhileNoneOfTheirOwnIsWellAndComeBack() {
        try (GrpcFleet home = announced("reducer", 2, HOME);
                GrpcFleet abroad = announced("reducer", 1, ABROAD);
                ContinuousCalls calls = new ContinuousCalls(target(home));
                RawAds there =
                        new RawAds(channel, "caller-abroad", ABROAD).ask(EnvoyMessages.ENDPOINTS, service(home));
                RawAds here = new RawAds(channel, "caller-at-home", HOME).ask(EnvoyMessages.ENDPOINTS, service(home));
                RawAds elsewhere =
                        new RawAds(channel, "caller-elsewhere", "ap").ask(EnvoyMessages.ENDPOINTS, service(home))) {
            assertThat(priorities(there)).containsExactly(ABROAD + " 0", HOME + " 1");
            assertThat(priorities(here)).containsExactly(HOME + " 0", ABROAD + " 1");
            assertThat(priorities(elsewhere)).as("as set").containsExactly(ABROAD + " 0", HOME + " 1");
            awaitCalled(home, calls, 0, 1);
            awaitCalled(abroad, calls);

            home.nodes().forEach(node -> home.beat(node, "critical"));
            awaitCalled(abroad, calls, 0);
            awaitCalled(home, calls);
            home.nodes().forEach(node -> home.beat(node, "healthy"));
            awaitCalled(abroad, calls);
            awaitCalled(home, calls, 0, 1);

            assertThat(calls.failures()).isEmpty();
        }
    }

    private static List<String> priorities(RawAds client) {
        return RawAds.localities(client.await(0)).stream()
                .map(each -> each.getLocality().getRegion() + " " + each.getPriority())
                .toList();
    }

    /** Another registry that has the node of this fleet, which ours has never heard of. */
    private static OtherRegion registryOf(String region, GrpcFleet fleet) {
        OtherRegion other = new OtherRegion(registry, region);
        other.beacon(false).tells(fleet.nodes().get(0).id(), "{'endpoints': {'api': 'http://%s'}}"
                .formatted(GrpcFleet.text(fleet.nodes().get(0).address()))).awaitRead();
        return other;
    }

    @Test
    void callsGoToNodesOfAnotherRegistryWhileNoneOfOursIsThereAndComeHome() {
        try (GrpcFleet home = announced("reducer", 2);
                GrpcFleet inNear = GrpcFleet.listening(registry, "reducer", 1);
                GrpcFleet inFar = GrpcFleet.listening(registry, "reducer", 1);
                RawAds client = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, service(home));
                ContinuousCalls calls = new ContinuousCalls(target(home))) {
            OtherRegion far = registryOf("far", inFar);
            OtherRegion near = registryOf("near", inNear);
            awaitRegions(client, HOME, "near", "far");
            awaitCalled(home, calls, 0, 1);
            awaitCalled(inNear, calls);
            awaitCalled(inFar, calls);

            home.nodes().forEach(home::drain);
            awaitCalled(inNear, calls, () -> near.beacon(true), 0);
            awaitCalled(home, calls);
            home.nodes().forEach(node -> home.depart(node.id()));
            awaitCalled(inNear, calls, () -> near.beacon(true), 0);
            // one registry falls silent, which takes none of its nodes away
            awaitCalled(inFar, calls, () -> far.beacon(true), 0);
            awaitCalled(inNear, calls, () -> far.beacon(true));
            awaitCalled(inNear, calls, () -> {
                near.beacon(true);
                far.beacon(true);
            }, 0);
            home.announce(HOME);
            awaitCalled(home, calls, 0, 1);
            awaitCalled(inNear, calls);
            awaitCalled(inFar, calls);

            assertThat(calls.failures()).isEmpty();
            near.removes(inNear.nodes().get(0).id()).awaitRead();
            far.removes(inFar.nodes().get(0).id()).awaitRead();
            awaitRegions(client, HOME); // who comes next finds no others
        }
    }

    private static void awaitRegions(RawAds client, String... regions) {
        client.await(0);
        eventually().untilAsserted(() -> assertThat(RawAds.localities(client.last()))
                .extracting(each -> each.getLocality().getRegion()).containsExactly(regions));
    }

    /** Waits until these nodes of the fleet, and no others of it, are called. */
    private static void awaitCalled(GrpcFleet fleet, ContinuousCalls calls, Integer... wanted) {
        awaitCalled(fleet, calls, () -> {}, wanted);
    }

    private static void awaitCalled(GrpcFleet fleet, ContinuousCalls calls, Runnable meanwhile, Integer... wanted) {
        eventually().atMost(PATIENCE).untilAsserted(() -> {
            meanwhile.run();
            fleet.resetCalls();
            calls.awaitMore(40);
            assertThat(fleet.nodes()).filteredOn(node -> fleet.calls(node) > 0)
                    .containsExactlyElementsOf(List.of(wanted).stream().map(fleet.nodes()::get).toList());
        });
    }

    @Test
    void noCallFailsAndNoAssignmentIsEmptyWhileTheRegistryIsKilledAndStartsAgain() {
        try (RawAds follower = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, "onex-orchestrator");
                GrpcFleet fleet = announced("orchestrator", 500);
                ContinuousCalls calls = new ContinuousCalls(target(fleet));
                EveryAnswer answers = new EveryAnswer(channel, service(fleet))) {
            answers.awaitStream(1);
            follower.await(0);
            eventually().until(() -> RawAds.endpoints(follower.last()).size() == 500);
            // some more where the machine takes long for all of them
            assertThat(follower.answers()).as("one for changes that come together").hasSizeLessThan(250);

            registry.liberty().kill();
            calls.awaitMore(100);
            registry.liberty().start();
            answers.awaitStream(2);

            assertThat(answers.all()).extracting(each -> RawAds.endpoints(each).size()).containsOnly(500);
            // who has connected again receives what is new; grpc-java waits up to two minutes between attempts
            GrpcNode drained = fleet.nodes().get(7);
            fleet.drain(drained);
            eventually().atMost(Duration.ofMinutes(6)).untilAsserted(() -> {
                fleet.resetCalls();
                for (int round = 0; round < 3; round++) {
                    calls.awaitMore(500);
                }
                assertThat(fleet.calls(drained)).isZero();
            });
            assertThat(calls.failures()).isEmpty();
        }
    }

    @Test
    void whoHasSeenALaterVersionIsAnsweredWhenThisReplicaHasItToo() {
        try (GrpcFleet fleet = announced("effect", 5);
                RawAds client = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, service(fleet));
                RawAds ahead = new RawAds(channel, "caller-ahead", HOME)) {
            long later = RawAds.revision(client.await(0)) + 2;
            long askedAt = System.nanoTime();
            ahead.askFrom(EnvoyMessages.ENDPOINTS, Long.toString(later), service(fleet));
            try (RawAds behind =
                    new RawAds(channel, "caller-behind", HOME).ask(EnvoyMessages.ENDPOINTS, service(fleet))) {
                // by then the other has been heard
                behind.await(0);
            }
            boolean early = !ahead.answers().isEmpty();
            assertThat(early && RawAds.mustStillWait(askedAt)).as("is answered before that").isFalse();

            fleet.nodes().forEach(node -> fleet.beat(node, "degraded"));

            long first = RawAds.revision(ahead.await(0));
            assertThat(first < later && RawAds.mustStillWait(askedAt)).as("is answered by less than that").isFalse();
            eventually().untilAsserted(
                    () -> assertThat(RawAds.revision(ahead.last())).isGreaterThanOrEqualTo(later));
        }
    }

    @Test
    void aNodeThatCannotBeSentIsListedAndItsNeighboursAreServed() {
        try (GrpcFleet fleet = announced("effect", 1)) {
            String nameless = Registry.uniqueId("nameless");
            String portless = Registry.uniqueId("portless");
            String refused = Registry.uniqueId("port-0");
            fleet.announce(nameless, "api", "http://no-such-host.invalid:8080");
            fleet.announce(portless, "queue", "amqp://127.0.0.1");
            fleet.announce(refused, "api", "http://127.0.0.1:0");

            eventually().untilAsserted(() -> {
                assertThat(leftOut(nameless)).contains("onex-effect unresolved", "onex-effect/api unresolved");
                assertThat(leftOut(portless)).contains("onex-effect no_address", "onex-effect/queue no_port");
                // the intake has refused the other; a letter may come twice
                assertThat(registry.deadLetters(registry.topic(Registry.INTROSPECTION)))
                        .extracting(letter -> new String(letter.value(), UTF_8))
                        .anyMatch(letter -> letter.contains(refused))
                        .noneMatch(letter -> letter.contains(nameless) || letter.contains(portless));
            });
            try (RawAds client = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, service(fleet));
                    MeshCaller caller = new MeshCaller(target(fleet))) {
                assertThat(RawAds.endpoints(client.await(0))).extracting(RawAds::address)
                        .contains(GrpcFleet.text(fleet.nodes().get(0).address()))
                        .noneMatch(address -> address.endsWith(":0"));
                caller.call();
            }
            fleet.depart(nameless);
            fleet.depart(portless);
            eventually().untilAsserted(() -> assertThat(leftOut(nameless)).isEmpty());
        }
    }

    private static List<String> leftOut(String id) {
        return StreamSupport.stream(registry.get("/api/v1/xds").json().path("left_out").spliterator(), false)
                .filter(each -> each.path("node_id").textValue().equals(id))
                .map(each -> each.path("service").textValue() + " " + each.path("reason").textValue())
                .toList();
    }

    @Test
    void aRefusedAnswerIsCountedAndShownAndTheNextIsSentAllTheSame() {
        try (GrpcFleet fleet = announced("compute", 2);
                RawAds client = new RawAds(channel, "caller-who-refuses", HOME)) {
            double before = nacks();
            client.refuse("the test does not like it");
            client.ask(EnvoyMessages.ENDPOINTS, service(fleet)).await(0);

            eventually().untilAsserted(() -> {
                assertThat(nacks()).as("each that it has refused").isEqualTo(before + client.answers().size());
                assertThat(registry.get("/api/v1/xds").body())
                        .contains("caller-who-refuses", "the test does not like it");
            });
            client.refuse("");
            int soFar = client.answers().size();
            fleet.beat(fleet.nodes().get(0), "critical");
            client.await(soFar);
        }
    }

    private static double nacks() {
        return registry.get("/metrics").body().lines()
                .filter(line -> line.startsWith("registry_xds_nacks_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aMalformedRequestEndsItsStreamAndNoOther() {
        try (GrpcFleet fleet = announced("compute", 1);
                RawAds client = new RawAds(channel, "caller", HOME).ask(EnvoyMessages.ENDPOINTS, service(fleet))) {
            client.await(0);

            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(channel, MALFORMED, CallOptions.DEFAULT.withDeadlineAfter(
                            90, TimeUnit.SECONDS), new byte[] {(byte) 0x9a, 0x7f, 1}));

            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            int soFar = client.answers().size();
            fleet.beat(fleet.nodes().get(0), "critical");
            client.await(soFar);
        }
    }

    @Test
    void everyMessageIsOneThatEnvoyKnows() {
        try (GrpcFleet fleet = announced("effect", 2)) {
            for (String type : List.of(
                    EnvoyMessages.LISTENER, EnvoyMessages.CLUSTER, EnvoyMessages.ENDPOINTS)) {
                for (String name : List.of(service(fleet), service(fleet) + "/api")) {
                    try (RawAds client = new RawAds(channel, "caller", HOME).ask(type, name)) {
                        DiscoveryResponse answer = client.await(0);
                        assertThat(answer.getResourcesCount()).as(type + " " + name).isEqualTo(1);
                        assertThat(EnvoyMessages.unknown(answer)).as(type + " " + name).isEmpty();
                    }
                }
            }
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
