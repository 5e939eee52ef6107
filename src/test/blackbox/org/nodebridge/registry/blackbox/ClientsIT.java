// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.ecwid.consul.v1.ConsulClient;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.stork.Stork;
import io.smallrye.stork.api.ServiceDefinition;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.servicediscovery.consul.ConsulConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.blackbox.ConsulNames.PreparedQuery;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.HaProxyProgram;
import org.nodebridge.registry.servers.HaProxyServer;
import org.nodebridge.registry.servers.PrometheusProgram;
import org.nodebridge.registry.servers.PrometheusServer;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryClient;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryProperties;

/** Programs of others find the nodes that can be called, and neither a cordoned nor a critical one. */
class ClientsIT {

    private static final Registry REGISTRY = Registry.shared();
    private static final ConsulServer CONSUL = Backends.shared().consul().orElseThrow();
    private static final ConsulNames NAMES = new ConsulNames(CONSUL);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Eventually.PATIENCE;

    private static final String SERVICE = "onex-effect";
    /** That no other test's nodes have; Consul's names know no case. */
    private static final String ONLY = Registry.uniqueId("clients");
    private static final String TAG = "capability:" + ONLY;

    private static final CallableNode FIRST = CallableNode.listening(ONLY + "-first");
    private static final CallableNode SECOND = CallableNode.listening(ONLY + "-second");
    private static final CallableNode CORDONED = CallableNode.listening(ONLY + "-cordoned");
    private static final CallableNode CRITICAL = CallableNode.listening(ONLY + "-critical");

    private static final Set<Integer> ALL = ports(FIRST, SECOND, CORDONED, CRITICAL);
    private static final Set<Integer> PASSING = ports(FIRST, SECOND);

    @BeforeAll
    static void registerNodes() {
        nodes().forEach(node -> node.register(REGISTRY, "effect", ONLY));
        CORDONED.cordon(REGISTRY);
        CRITICAL.beat(REGISTRY, "critical");
        awaitChecks();
    }

    private static void awaitChecks() {
        eventually().untilAsserted(() -> assertThat(nodes().map(ClientsIT::checkInConsul))
                .containsExactly("passing", "passing", "critical", "critical"));
    }

    @AfterAll
    static void removeNodes() {
        nodes().forEach(node -> {
            REGISTRY.delete("/api/v1/registrations/" + node.id());
            node.close();
        });
    }

    @Test
    void theCallerOfTheDocsIsGivenThemInTurn() throws Exception {
        String authorization = Registry.as("reader", REGISTRY.request("/")).build().headers()
                .firstValue("Authorization").orElseThrow();
        RouteCaller caller = new RouteCaller(REGISTRY.liberty().url(), "capability=" + ONLY, authorization);
        RouteCaller nobody = new RouteCaller(REGISTRY.liberty().url(), "capability=" + ONLY + "-none", authorization);
        RouteCaller refused = new RouteCaller(REGISTRY.liberty().url(), "capability=" + ONLY, "Basic eDp5");

        eventually().untilAsserted(() -> assertThat(ours(Stream.of(caller.next(), caller.next()).map(URI::getPort)))
                .isEqualTo(PASSING));
        assertThatThrownBy(nobody::next).hasMessage("no node can be called");
        assertThatThrownBy(refused::next).hasMessage("no node can be called");
    }

    @Test
    void storkFindsThem() {
        Stork.initialize();
        try {
            Stork stork = Stork.getInstance().defineIfAbsent(SERVICE, ServiceDefinition.of(new ConsulConfiguration()
                    .withConsulHost(CONSUL.host())
                    .withConsulPort(String.valueOf(CONSUL.port()))
                    .withApplication(SERVICE)));

            Stream<ServiceInstance> found =
                    stork.getService(SERVICE).getInstances().await().atMost(PATIENCE).stream();

            assertThat(ours(found.filter(each -> each.getHost().equals("127.0.0.1")).map(ServiceInstance::getPort)))
                    .isEqualTo(PASSING);
        } finally {
            Stork.shutdown();
        }
    }

    @Test
    void springCloudFindsThem() {
        try (InetUtils addresses = new InetUtils(new InetUtilsProperties())) {
            ConsulDiscoveryProperties properties = new ConsulDiscoveryProperties(addresses);
            properties.setQueryPassing(true);
            properties.setDefaultQueryTag(TAG);
            ConsulDiscoveryClient client =
                    new ConsulDiscoveryClient(new ConsulClient(CONSUL.host(), CONSUL.port()), properties);

            assertThat(client.getServices()).contains(SERVICE);
            assertThat(client.getInstances(SERVICE)).extracting(each -> each.getInstanceId())
                    .containsExactlyInAnyOrder(FIRST.id(), SECOND.id());
            assertThat(client.getInstances(SERVICE)).extracting(each -> each.getUri().toString())
                    .containsExactlyInAnyOrder("http://" + FIRST.address(), "http://" + SECOND.address());
        }
    }

    @Test
    void resolversFindThemByConsulsNames() {
        // as Consul writes it, and as RFC 2782 does
        String name = TAG + "." + SERVICE + ".service.consul";
        eventually().untilAsserted(() -> {
            assertThat(ours(NAMES.ports(name))).isEqualTo(PASSING);
            assertThat(ours(NAMES.ports("_" + SERVICE + "._" + TAG + ".service.consul"))).isEqualTo(PASSING);

            assertThat(NAMES.addresses(name)).containsOnly(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        });
    }

    @Test
    void aPreparedQueryFindsThemByHttpAndByDns() {
        try (PreparedQuery query = NAMES.prepare(ONLY + "-prepared", SERVICE, TAG)) {
            eventually().untilAsserted(() -> {
                assertThat(query.execute().path("Nodes")).extracting(each -> each.at("/Service/Port").intValue())
                        .containsExactlyInAnyOrderElementsOf(PASSING);
                assertThat(ours(NAMES.ports(query.dnsName()))).isEqualTo(PASSING);
            });
        }
    }

    /** It asks for SRV records of names with an underscore only, so the query is called like that. */
    @Test
    void haProxySharesCallsAmongThemAndFollowsACordon() {
        HaProxyProgram program = HaProxyProgram.needed();
        try (PreparedQuery query = NAMES.prepare("_" + ONLY + "._tcp", SERVICE, TAG)) {
            HaProxyServer proxy = new HaProxyServer(
                    "nodes", documented("haproxy", "server-template").replace("_transform._tcp", query.name()), program,
                    Backends.emptyDirectory("haproxy"));
            try {
                proxy.start();
                eventually().untilAsserted(() -> assertThat(calls(proxy)).containsExactly(FIRST.id(), SECOND.id()));

                FIRST.cordon(REGISTRY);

                eventually().untilAsserted(() -> assertThat(calls(proxy)).containsExactly(SECOND.id()));
            } finally {
                proxy.kill();
                FIRST.uncordon(REGISTRY);
                awaitChecks();
            }
        }
    }

    /** Also those that are not to be called: that they cannot be is what it is there to find out. */
    @Test
    void prometheusScrapesAllOfThemThatTheRegistryNames() {
        prometheusScrapes(PrometheusProgram.PROMETHEUS, """
                scrape_configs:
                  - job_name: nodes
                    http_sd_configs:
                      - url: %s
                        refresh_interval: 1s
                        basic_auth: {username: reader, password: %s}
                    relabel_configs:
                      - {source_labels: [__meta_registry_capability], regex: '.*,%s,.*', action: keep}
                """.formatted(
                REGISTRY.request("/api/v1/sd/prometheus?endpoint=metrics").build().uri(), Registry.READER_PASSWORD,
                ONLY), FIRST, SECOND, CORDONED, CRITICAL);
    }

    @Test
    void prometheusScrapesThemWhereConsulHasThemPassing() {
        prometheusScrapes(
                PrometheusProgram.PROMETHEUS_WITH_CONSUL, documented("yaml", "consul_sd_configs"), FIRST, SECOND);
    }

    /** What the docs show, with our addresses, type and capability. */
    private static String documented(String language, String text) {
        return Snippets.of("docs/routing.md", language, text)
                .replace("'consul:8500'", "'" + CONSUL.host() + ":" + CONSUL.port() + "'")
                .replace("127.0.0.1:8600", CONSUL.host() + ":" + CONSUL.dnsPort())
                .replace("onex-compute", SERVICE)
                .replace("capability:transform", TAG);
    }

    private static void prometheusScrapes(PrometheusProgram program, String config, CallableNode... nodes) {
        PrometheusServer prometheus =
                PrometheusServer.with(config, program.needed(), Backends.emptyDirectory("prometheus-of-nodes"));
        try {
            prometheus.start();
            eventually().untilAsserted(() -> assertThat(scraped(prometheus))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(nodes).map(CallableNode::address).toList()));
        } finally {
            prometheus.kill();
        }
    }

    /** The targets that could be read. */
    private static Stream<String> scraped(PrometheusServer prometheus) throws Exception {
        JsonNode targets = Json.parse(prometheus.get("/api/v1/targets?state=active")).at("/data/activeTargets");
        return StreamSupport.stream(targets.spliterator(), false)
                .filter(each -> each.path("health").textValue().equals("up"))
                .map(each -> each.at("/labels/instance").textValue());
    }

    /** Who answers twenty calls. */
    private static Set<String> calls(HaProxyServer proxy) throws IOException, InterruptedException {
        Set<String> ids = new TreeSet<>();
        for (int call = 0; call < 20; call++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(proxy.url())).timeout(PATIENCE).build();
            ids.add(HTTP.send(request, BodyHandlers.ofString()).body());
        }
        return ids;
    }

    private static Stream<CallableNode> nodes() {
        return Stream.of(FIRST, SECOND, CORDONED, CRITICAL);
    }

    private static String checkInConsul(CallableNode node) {
        return REGISTRY.consulService(node.id()).map(ConsulService::status).orElse("none");
    }

    private static Set<Integer> ports(CallableNode... nodes) {
        return Stream.of(nodes).map(CallableNode::port).collect(Collectors.toUnmodifiableSet());
    }

    /** Without those of other tests. */
    private static Set<Integer> ours(Stream<Integer> ports) {
        return ports.filter(ALL::contains).collect(Collectors.toUnmodifiableSet());
    }
}
