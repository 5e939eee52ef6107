// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.ConsulLayout.CapabilityTags;
import org.nodebridge.registry.config.ConsulLayout.Connect;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;

class ServiceDefinitionTest {

    private static ServiceEntry entryOf(NodeDescription node) {
        return ServiceDefinition.of(Samples.register(node), ConsulLayout.DEFAULT, Samples.OWNER);
    }

    private static ServiceEntry withEndpoints(String... namesAndUrls) {
        Map<String, String> endpoints = new LinkedHashMap<>();
        for (int i = 0; i < namesAndUrls.length; i += 2) {
            endpoints.put(namesAndUrls[i], namesAndUrls[i + 1]);
        }
        return entryOf(Samples.node("n1", endpoints));
    }

    private static NodeDescription ofEnvironment(String environment) {
        return new NodeDescription(
                "n1", NodeType.REDUCER, null, new ObjectMapper().createObjectNode(), Map.of(),
                new ObjectMapper().createObjectNode(), null, environment, "", null, null);
    }

    @Test
    void namesTheServiceByTypeAndKeepsTheNodesId() {
        ServiceEntry entry = entryOf(Samples.node("a/b é", Map.of()));

        assertThat(entry.name()).isEqualTo("onex-effect");
        assertThat(entry.id()).isEqualTo("a/b é");
    }

    @Test
    void tagsTypeAndThenCapabilitiesInOrder() {
        assertThat(entryOf(Samples.node("n1", Map.of(), "zip", "  ", "audit", "onex")).tags())
                .containsExactly("onex", "node-type:effect", "capability:audit", "capability:onex", "capability:zip");
    }

    @Test
    void showsABoundedNumberOfCapabilitiesAndSaysHowManyItLeftOut() {
        String[] many = IntStream.range(0, 70).mapToObj("capability-%02d"::formatted).toArray(String[]::new);

        ServiceEntry entry = entryOf(Samples.node("n1", Map.of(), many));

        assertThat(entry.tags()).hasSize(2 + 64).endsWith("capability:capability-63");
        assertThat(entry.meta()).containsEntry("capabilities-omitted", "6");
    }

    @Test
    void leavesOutACapabilityWhoseNameIsTooLongRatherThanCuttingIt() {
        ServiceEntry entry = entryOf(Samples.node("n1", Map.of(), "a".repeat(128), "b".repeat(129)));

        assertThat(entry.tags()).containsExactly("onex", "node-type:effect", "capability:" + "a".repeat(128));
        assertThat(entry.meta()).containsEntry("capabilities-omitted", "1");
    }

    @Test
    void saysInMetaWhatTheNodeIsAndWhoseTheEntryIs() {
        assertThat(entryOf(Samples.node("n1", Map.of(), "stamp")).meta()).containsOnly(
                entry("registry-id", Samples.REGISTRY_ID),
                entry("version", "1.2.3"),
                entry("environment", "production"),
                entry("region", "us-west-2"),
                entry("node-role", "adapter"),
                entry("network-id", "net-1"),
                entry("deployment-id", "dep-1"),
                entry("epoch", "3"),
                entry("event-id", "6f1c2f86-6f07-4f0b-9f0f-2f3b1d0c9a11"),
                entry("event-timestamp", "2025-10-03T10:00:00Z"));
    }

    @Test
    void leavesOutOfMetaWhatTheNodeDoesNotSay() {
        EventVersion withoutEpoch =
                new EventVersion(null, Samples.VERSION.eventTime(), Samples.VERSION.eventId());
        CatalogChange.Register change =
                new CatalogChange.Register(ofEnvironment(null), withoutEpoch, CheckStatus.PASSING);

        assertThat(ServiceDefinition.of(change, ConsulLayout.DEFAULT, Samples.OWNER).meta())
                .containsOnlyKeys("registry-id", "event-id", "event-timestamp");
    }

    @Test
    void cutsALongMetaValueToConsulsBytesBetweenCharacters() {
        String cut = entryOf(ofEnvironment("😀".repeat(200))).meta().get("environment");

        assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSize(127 * 4 + 3);
        assertThat(cut).isEqualTo("😀".repeat(127) + "…");
    }

    @Test
    void keepsAMetaValueThatJustFits() {
        assertThat(entryOf(ofEnvironment("é".repeat(256))).meta()).containsEntry("environment", "é".repeat(256));
    }

    @Test
    void takesItsPlaceFromTheApiFirstAndSaysWhereTheOthersAre() {
        ServiceEntry entry = withEndpoints("api", "http://api:1/", "health", "http://u:p@[::1]:2/h");

        assertThat(entry.address()).isEqualTo("api");
        assertThat(entry.port()).isEqualTo(1);
        assertThat(entry.meta()).containsEntry("endpoint-health", "http://[::1]:2").doesNotContainKey("endpoint-api");
        assertThat(entry.healthUrl()).isEqualTo("http://[::1]:2/h");
    }

    @Test
    void takesItsPlaceFromTheHealthEndpointWhenTheApiNamesNone() {
        ServiceEntry entry = withEndpoints("api", "http://a:b:c/", "a", "http://z:9/", "health", "http://my_node/");

        assertThat(entry.address()).isEqualTo("my_node");
        assertThat(entry.port()).isEqualTo(80);
    }

    @Test
    void takesItsPlaceFromTheEndpointsThatTheSettingsName() {
        ConsulLayout layout =
                new ConsulLayout("onex-", List.of("grpc", "health"), CapabilityTags.PREFIXED, WeightSettings.DEFAULT,
                        Connect.OFF, List.of());
        Map<String, String> endpoints = Map.of("api", "http://a:1/?key=secret", "grpc", "grpc://g:50051");

        ServiceEntry entry =
                ServiceDefinition.of(Samples.register(Samples.node("n1", endpoints)), layout, Samples.OWNER);

        assertThat(entry.address()).isEqualTo("g");
        assertThat(entry.port()).isEqualTo(50051);
        assertThat(entry.meta()).containsEntry("endpoint-api", "http://a:1");
    }

    @Test
    void keepsConsulsLimitsOnTheMetaOfEndpoints() {
        Map<String, String> endpoints = new LinkedHashMap<>();
        IntStream.range(0, 100).forEach(i -> endpoints.put("e%02d".formatted(i), "http://host:" + (i + 1)));
        endpoints.put("with space", "http://space/");
        endpoints.put("0" + "x".repeat(120), "http://long/");
        endpoints.put("00", "http://" + "a".repeat(600) + "/");
        endpoints.put("api", "http://api/");

        Map<String, String> meta = entryOf(Samples.node("n1", endpoints)).meta();

        assertThat(meta).hasSizeLessThan(64).containsKeys("endpoint-e00", "endpoint-e29");
        assertThat(meta.keySet()).allMatch(key -> key.matches("[A-Za-z0-9_-]{1,128}"));
        assertThat(meta).doesNotContainKey("endpoint-00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"traefik.enable=true", "urlprefix-/", "node-type:effect", "onex", "contour.enable=true"})
    void makesNoTagOfACapabilityThatAnotherProgramTakesForAnOrder(String name) {
        NodeDescription compute = new NodeDescription(
                "n1", NodeType.COMPUTE, null, new ObjectMapper().createObjectNode().put(name, true), Map.of(),
                new ObjectMapper().createObjectNode(), null, null, null, null, null);

        assertThat(entryOf(compute).tags()).containsExactly("onex", "node-type:compute", "capability:" + name);
    }

    @Test
    void showsCapabilitiesBareOrNotAtAllWhereThatIsSet() {
        NodeDescription node = Samples.node("n1", Map.of(), "stamp", "node-type:compute");

        assertThat(withTags(CapabilityTags.BARE, node)).containsExactly("onex", "node-type:effect", "stamp");
        assertThat(withTags(CapabilityTags.OFF, node)).containsExactly("onex", "node-type:effect");
    }

    private static List<String> withTags(CapabilityTags form, NodeDescription node) {
        return ServiceDefinition
                .of(Samples.register(node),
                        new ConsulLayout("onex-", List.of("api"), form, WeightSettings.DEFAULT, Connect.OFF, List.of()),
                        Samples.OWNER)
                .tags();
    }

    @Test
    void takesItsPlaceAtLastFromTheHttpEndpointThatIsFirstByName() {
        ServiceEntry entry = withEndpoints("bus", "kafka://k:9092", "zeta", "https://z/", "alpha", "http://a/");

        assertThat(entry.address()).isEqualTo("a");
        assertThat(entry.port()).isEqualTo(80);
    }

    @Test
    void hasNoPlaceWithoutAnEndpointThatNamesOne() {
        ServiceEntry entry = withEndpoints("bus", "kafka://k:9092");

        assertThat(entry.address()).isEmpty();
        assertThat(entry.port()).isZero();
        assertThat(entry.callable()).isFalse();
        assertThat(entry.check(CheckStatus.PASSING)).isEqualTo(CheckStatus.CRITICAL);
        assertThat(CallableAddress.obstacle(Map.of("bus", "kafka://k:9092"), List.of("api", "health")))
                .isEqualTo(
                        "no endpoint that counts gives a host and a port: the ones called api or health count with any"
                                + " scheme, others with http or https");
        assertThat(CallableAddress.obstacle(Map.of(), List.of("api"))).isEqualTo("the node names no endpoint");
        assertThat(CallableAddress.obstacle(Map.of("z", "http://z/"), List.of("api"))).isNull();
        assertThat(entry.healthUrl()).isNull();
    }

    @Test
    void makesAServiceOfItsOwnOfASidecarProxy() {
        ConsulLayout layout = Samples.connect(Samples.settings(Mode.CATALOG, "c", 1, "")).layout();
        CatalogChange.Register change =
                Samples.register(Samples.meshed("Edge-8", 20000)).with(ServiceWeights.ofStep(3));
        ServiceEntry node = ServiceDefinition.of(change, layout, Samples.OWNER);

        ServiceEntry sidecar = ServiceDefinition.sidecar(change, node, layout).orElseThrow();

        assertThat(sidecar.name()).isEqualTo("onex-effect-sidecar-proxy");
        assertThat(sidecar.id()).isEqualTo(node.id() + "-sidecar-proxy");
        assertThat(sidecar.proxied()).isEqualTo(new ProxyTarget("onex-effect", node.id()));
        assertThat(sidecar.port()).isEqualTo(20000);
        assertThat(sidecar.address()).isEqualTo("127.0.0.1");
        assertThat(sidecar.weights()).isEqualTo(node.weights());
        assertThat(sidecar.tags()).as("or it would be taken for a node").isEmpty();
        assertThat(node.meta()).containsKey("endpoint-metrics");
        assertThat(sidecar.meta())
                .containsEntry("node-id", "Edge-8")
                .containsEntry("registry-id", Samples.REGISTRY_ID)
                .containsEntry("version", "1.2.3")
                .containsEntry("event-id", node.meta().get("event-id"))
                .doesNotContainKey("endpoint-metrics");
        assertThat(ServiceDefinition.sidecar(change, node, ConsulLayout.DEFAULT)).as("off by default").isEmpty();
        assertThat(ServiceDefinition.sidecar(Samples.register("none"), node, layout)).isEmpty();
    }

    @Test
    void leavesOutTextThatConsulCouldNotGiveBack() {
        assertThat(entryOf(Samples.node("n1", Map.of(), "half \uD83D pair", "stamp")).tags())
                .containsExactly("onex", "node-type:effect", "capability:stamp");
        assertThat(entryOf(ofEnvironment("half \uD83D pair")).meta()).doesNotContainKey("environment");
    }

    @Test
    void letsNobodyProbeAHealthEndpointThatIsNotHttp() {
        ServiceEntry entry = withEndpoints("health", "grpc://node:50051");

        assertThat(entry.port()).isEqualTo(50051);
        assertThat(entry.healthUrl()).isNull();
    }

    /** The same parser says which URLs a node may announce. */
    @ParameterizedTest
    @CsvSource({
        "http://[2001:db8::1]:8080/health, 2001:db8::1, 8080, http://[2001:db8::1]:8080/health",
        "https://[2001:db8::1]/health, 2001:db8::1, 443, https://[2001:db8::1]/health",
        "http://узел.example/health, xn--e1adn3a.example, 80, http://xn--e1adn3a.example/health",
        "http://u:p@my_service:081/größe?ü#f, my_service, 81, http://my_service:81/gr%C3%B6%C3%9Fe?%C3%BC",
        "http://node.example.:8080/, node.example., 8080, http://node.example.:8080/",
    })
    void showsWhatCanBeCalled(String url, String address, int port, String healthUrl) {
        ServiceEntry entry = withEndpoints("health", url);

        assertThat(entry.address()).isEqualTo(address);
        assertThat(entry.port()).isEqualTo(port);
        assertThat(entry.healthUrl()).isEqualTo(healthUrl);
    }

    /** Rows of an earlier version may have such. */
    @ParameterizedTest
    @ValueSource(
            strings = {"http://10.0.0.5:8080/health/{id}", "http://10.0.0.5:8080/h|x", "http://127.1/", "s3://bucket/"})
    void takesNoAddressFromWhatNoNodeMayAnnounce(String url) {
        ServiceEntry entry = withEndpoints("health", url, "api", "http://node:80/");

        assertThat(entry.address()).isEqualTo("node");
        assertThat(entry.healthUrl()).isNull();
    }
}
