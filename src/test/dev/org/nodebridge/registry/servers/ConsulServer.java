// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A durable Consul server on loopback, alone or one of a few; it does not leave its cluster when it is stopped. */
public final class ConsulServer extends Server {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConsulBinary binary;
    private final String token;
    private final int port;
    private final int serfPort;
    private final int serverPort;
    private final int dnsPort;
    /** All of its cluster, itself included; only itself where it is alone. */
    private List<ConsulServer> cluster = List.of(this);
    /** All that are joined over the WAN, itself included, each a datacenter; only itself where it is alone. */
    private List<ConsulServer> federation = List.of(this);
    private final int wanPort = FreePorts.one();

    private final HttpClient http = HttpClient.newHttpClient();

    private ConsulServer(Path directory, int port, int dnsPort, ConsulBinary binary) {
        super("Consul", directory);
        this.port = port;
        this.serfPort = FreePorts.one();
        this.serverPort = FreePorts.one();
        this.dnsPort = dnsPort;
        this.binary = binary;
        this.token = "";
    }

    private ConsulServer(ConsulServer of, String token) {
        super("Consul", of.directory());
        this.port = of.port;
        this.serfPort = of.serfPort;
        this.serverPort = of.serverPort;
        this.dnsPort = of.dnsPort;
        this.binary = of.binary;
        this.token = token;
    }

    /**
     * An agent with its HTTP API and its DNS on 127.0.0.1 and its data in the directory; data of an earlier run is used
     * again.
     */
    public static ConsulServer in(Path directory, int port, int dnsPort, ConsulBinary binary) {
        return new ConsulServer(directory, port, dnsPort, binary);
    }

    /**
     * An agent on a free port with any Consul that this machine can get.
     *
     * @throws ServerStartException when it can get none
     */
    public static ConsulServer in(Path directory) {
        StringBuilder why = new StringBuilder(ConsulBinary.HOW_TO_GET);
        ConsulBinary binary = ConsulBinary.find(line -> why.append('\n').append(line))
                .orElseThrow(() -> new ServerStartException(why.toString()));
        return in(directory, FreePorts.one(), FreePorts.one(), binary);
    }

    /** Servers of one cluster, each with a directory of its own; they elect a leader once most of them run. */
    public static List<ConsulServer> cluster(Path directory, int size) {
        List<ConsulServer> servers =
                IntStream.range(0, size).mapToObj(number -> in(directory.resolve("server-" + number))).toList();
        servers.forEach(server -> server.cluster = servers);
        return servers;
    }

    /** Servers joined over the WAN, each alone in a datacenter of its own: {@code dc1}, {@code dc2} and so on. */
    public static List<ConsulServer> federation(Path directory, int size) {
        List<ConsulServer> servers =
                IntStream.rangeClosed(1, size).mapToObj(number -> in(directory.resolve("dc" + number))).toList();
        servers.forEach(server -> server.federation = servers);
        return servers;
    }

    /** The leader of its cluster, as this server knows it; empty while there is none. */
    public Optional<ConsulServer> leader() {
        try {
            String address = get("/v1/status/leader");
            return cluster.stream().filter(server -> address.contains(":" + server.serverPort + "\"")).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * The same agent, with its ports and data, with access control on, nothing allowed without a token and everything
     * with this one (a UUID). One of the two runs at a time.
     */
    public ConsulServer withToken(String managementToken) {
        return new ConsulServer(this, managementToken);
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** Where it answers names below {@code consul}, by UDP and TCP. */
    public int dnsPort() {
        return dnsPort;
    }

    /** The base of its HTTP API, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        // each writes its own once, and starts by it again and again
        Path config = directory().resolve(token.isEmpty() ? "consul.json" : "consul-with-token.json");
        JSON.writerWithDefaultPrettyPrinter().writeValue(config.toFile(), config());
        List<String> command = List.of(binary.path().toString(), "agent", "-config-file=" + config);
        return ServerImages.of("consul")
                .<ServerRun>map(image -> new ServerContainer(
                        "consul", image, directory(), List.of(), command,
                        // or its entry point would give the server to a user of the image
                        Map.of("CONSUL_DISABLE_PERM_MGMT", "1")))
                // a client's settings in our environment are not for the server
                .orElseGet(() -> new ServerProcess(
                        "consul", directory(), command, Map.of("CONSUL_HTTP_TOKEN", "", "CONSUL_HTTP_ADDR", "")));
    }

    /** A leader is elected, and a read that goes through it works; one of a cluster need not find the others yet. */
    @Override
    boolean answers() throws Exception {
        if (cluster.size() > 1) {
            return !get("/v1/status/leader").isEmpty();
        }
        return get("/v1/status/leader").contains(":") && get("/v1/catalog/services?consistent").startsWith("{");
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("X-Consul-Token", token)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : "";
    }

    private ObjectNode config() {
        ObjectNode config = JSON.createObjectNode()
                .put("server", true)
                .put("bootstrap_expect", cluster.size())
                .put("data_dir", directory().resolve("data").toString())
                .put("node_name", "registry-consul" + (cluster.size() > 1 ? "-" + serverPort : ""))
                .put("bind_addr", "127.0.0.1")
                .put("client_addr", "127.0.0.1")
                .put("ui", true)
                .put("leave_on_terminate", false)
                .put("skip_leave_on_interrupt", true)
                .put("disable_update_check", true);
        if (cluster.size() > 1) {
            ArrayNode join = config.put("retry_interval", "1s").putArray("retry_join");
            cluster.stream().filter(server -> server != this).forEach(
                    server -> join.add("127.0.0.1:" + server.serfPort));
        }
        if (federation.size() > 1) {
            ArrayNode join = config.put("datacenter", "dc" + (federation.indexOf(this) + 1))
                    .put("retry_interval_wan", "1s").putArray("retry_join_wan");
            federation.stream().filter(server -> server != this).forEach(
                    server -> join.add("127.0.0.1:" + server.wanPort));
        }
        // servers of a cluster that stand still for a second are not to lose their leader by that
        config.putObject("performance").put("raft_multiplier", cluster.size() > 1 ? 3 : 1);
        config.putObject("connect").put("enabled", true);
        ObjectNode ports = config.putObject("ports")
                .put("http", port)
                .put("https", -1)
                .put("dns", dnsPort)
                .put("grpc", -1)
                .put("serf_lan", serfPort)
                .put("serf_wan", federation.size() > 1 ? wanPort : -1)
                .put("server", serverPort);
        if (binary.isAtLeast(1, 14)) {
            ports.put("grpc_tls", -1);
        }
        if (!token.isEmpty()) {
            ObjectNode acl = config.putObject("acl").put("enabled", true).put("default_policy", "deny");
            acl.putObject("tokens")
                    .put(binary.isAtLeast(1, 11) ? "initial_management" : "master", token)
                    .put("agent", token);
        }
        return config;
    }
}
