// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.nodebridge.registry.servers.EarlierVersion;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.ServerGroup;
import org.nodebridge.registry.servers.ShortLivedJvm;

/** One running registry, and the eyes and hands to try it with. Safe from many threads. */
final class Registry {

    static final String INTROSPECTION = "node-introspection.v1";
    static final String HEARTBEAT = "node-heartbeat.v1";
    static final String REQUESTS = "registry-request-introspection.v1";
    /** With what settings could take for an instruction. */
    static final String OPERATOR_PASSWORD = "a-pa$$word-${of}-the\\tests";
    /** What PostgreSQL's password may be made of: all but what is refused at the start. */
    static final String ODD_PASSWORD = "p$w ü€#<>&\"'\\%(x)$(y){z}~:@/?=;,`!|*";
    /** From which pages browsers may write to the shared registry, beside its own. */
    static final String ALLOWED_ORIGIN = "https://console.example";

    /** How many may watch the shared registry as one user at once. */
    static final int WATCHES_OF_A_CALLER = 40;

    static final String READER_PASSWORD = "to-read-in-the-tests";
    static final String ADMIN_PASSWORD = "for-all-in-the-tests";

    /** Instead of a setting: the registry's default, where tests have another one. */
    static final String BY_DEFAULT = "by default";

    private static final AtomicLong LAST_ID = new AtomicLong(System.currentTimeMillis());

    private final LibertyServer liberty;
    private final Broker broker;
    private final Stores stores;
    private final String topicPrefix;
    // an upgrade to HTTP/2 on every first request would only fill Liberty's log
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Registry(LibertyServer liberty, Broker broker, Stores stores, String topicPrefix) {
        this.liberty = liberty;
        this.broker = broker;
        this.stores = stores;
        this.topicPrefix = topicPrefix;
    }

    /** The registry that all classes share; started at the first call. Nobody may stop it or its servers. */
    static Registry shared() {
        return Shared.REGISTRY;
    }

    /** What the shared registry answered to its first request, a registration, sent as soon as it said to be ready. */
    static Answer firstAnswerOfShared() {
        return Shared.firstAnswer;
    }

    /** Where the shared registry is asked by xDS, without TLS. */
    static int sharedXdsPort() {
        return Shared.XDS_PORT;
    }

    /**
     * A registry of one's own that is yet to be started, by {@code liberty().start()}.
     *
     * @param settings environment variables beside those of the backends and the passwords
     */
    static Registry on(ServerGroup backends, Path directory, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(backends.settings());
        environment.put("REGISTRY_READER_PASSWORD", READER_PASSWORD);
        environment.put("REGISTRY_OPERATOR_PASSWORD", OPERATOR_PASSWORD);
        environment.put("REGISTRY_ADMIN_PASSWORD", ADMIN_PASSWORD);
        // most nodes of the tests are neither there to be probed nor send heartbeats
        environment.put("REGISTRY_LEASE_TTL", "PT1H");
        // tests wait for it, and a client of theirs that stands still must not be taken for one that has gone
        environment.put("HTTP_READ_TIMEOUT", "10s");
        // Kafka's clients would leave the partitions of one that was killed to nobody for 45 s
        environment.put("MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "10000");
        environment.put("MP_FAULT_TOLERANCE_METRICS_ENABLED", "true"); // by which Held sees what is in bulkheads
        environment.putAll(settings);
        environment.values().removeIf(BY_DEFAULT::equals);
        if ("consumer".equals(settings.get("REGISTRY_KAFKA_GROUP_PROTOCOL"))) {
            environment.remove("MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS"); // the broker's to say
        }
        environment.merge("JVM_ARGS", ShortLivedJvm.ARGS + " " + NoNameServer.OPTION,
                (given, ours) -> given + " " + ours);
        LibertyServer liberty = LibertyServer.in(directory, environment);
        Stores stores = new Stores(
                backends,
                environment.getOrDefault("POSTGRES_DB", "postgres"),
                environment.getOrDefault("REGISTRY_CONSUL_NODE_NAME", "nodebridge"));
        return new Registry(
                liberty, new Broker(backends.bootstrapServers()), stores,
                environment.getOrDefault("REGISTRY_KAFKA_TOPIC_PREFIX", ""));
    }

    /** Names of made-up nodes are not to leave the machine, and a slow name server would be waited for. */
    private static final class NoNameServer {

        static final String OPTION = option();

        /** Once: running registries read the file at each lookup. */
        private static String option() {
            try {
                Path hosts = Backends.emptyDirectory("hosts").resolve("hosts");
                Files.writeString(hosts, "127.0.0.1 localhost " + InetAddress.getLocalHost().getHostName() + "\n");
                return "-Djdk.net.hosts.file=" + hosts;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The same, run by another JDK. */
    Registry onJava(Path javaHome) {
        return new Registry(liberty.onJava(javaHome), broker, stores, topicPrefix);
    }

    /** The same, at the same address and in the same directory, of an earlier version. */
    Registry of(EarlierVersion version) {
        return new Registry(liberty.of(version), broker, stores, topicPrefix);
    }

    /** The same of today's version. */
    Registry ofToday() {
        return new Registry(liberty.ofToday(), broker, stores, topicPrefix);
    }

    /** An id that no other test of this or an earlier run has. */
    static String uniqueId(String prefix) {
        return prefix + "-" + Long.toString(LAST_ID.incrementAndGet(), 36);
    }

    /** A node id as it stands in a path. */
    static String encoded(String nodeId) {
        return URLEncoder.encode(nodeId, UTF_8).replace("+", "%20");
    }

    LibertyServer liberty() {
        return liberty;
    }

    Broker broker() {
        return broker;
    }

    Stores stores() {
        return stores;
    }

    /** The name under which it knows a topic. */
    String topic(String name) {
        return topicPrefix + name;
    }

    /** As the reader. */
    Answer get(String path) {
        return send(as("reader", request(path)).GET());
    }

    /** As the operator. */
    Answer post(String path, JsonNode body) {
        return post("operator", path, body);
    }

    /** As a user, each of whom has a password here: reader, operator or admin. */
    Answer post(String user, String path, JsonNode body) {
        return send(as(user, request(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.utf8(body))));
    }

    /** As the operator. */
    Answer delete(String path) {
        return delete("operator", path);
    }

    /** As a user. */
    Answer delete(String user, String path) {
        return send(as(user, request(path)).DELETE());
    }

    /** Cordons a node, as the operator, until somebody ends that. */
    Answer cordon(String nodeId, String reason) {
        return send(asOperator(request("/api/v1/registrations/" + nodeId + "/cordon"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(Json.utf8(Json.object("{}").put("reason", reason)))));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(liberty.url() + path)).timeout(Duration.ofSeconds(60));
    }

    static HttpRequest.Builder asOperator(HttpRequest.Builder request) {
        return as("operator", request);
    }

    static HttpRequest.Builder as(String user, HttpRequest.Builder request) {
        String password = switch (user) {
            case "reader" -> READER_PASSWORD;
            case "operator" -> OPERATOR_PASSWORD;
            case "admin" -> ADMIN_PASSWORD;
            default -> throw new IllegalArgumentException(user);
        };
        String credentials = user + ":" + password;
        return request.header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The status alone, also of an answer that never ends. */
    int status(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofInputStream());
            response.body().close();
            return response.statusCode();
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a record; returns when the broker has confirmed it. */
    RecordMetadata publish(String topic, String key, byte[] value) {
        return broker.publish(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value));
    }

    /** The node's row with the names of its columns, tombstones included. */
    Optional<JsonNode> row(String nodeId) {
        return stores.row(nodeId);
    }

    /** The node's service under the registry's Consul node. */
    Optional<ConsulService> consulService(String nodeId) {
        return Optional.ofNullable(stores.consulServices().get(nodeId));
    }

    /** Every dead letter of an input topic so far. */
    List<ConsumerRecord<byte[], byte[]>> deadLetters(String topic) {
        return broker.records(topic + ".dlq");
    }

    private static final class Shared {
        static final int XDS_PORT = FreePorts.one();
        static Answer firstAnswer;
        static final Registry REGISTRY = start();

        private static Registry start() {
            Registry registry = on(Backends.shared(), Backends.emptyDirectory("liberty"), Map.ofEntries(
                    Map.entry("REGISTRY_SECURITY_ALLOWED_ORIGINS", ALLOWED_ORIGIN),
                    Map.entry("REGISTRY_WATCH_MAX_CLIENTS_PER_CALLER", Integer.toString(WATCHES_OF_A_CALLER)),
                    Map.entry("MP_FAULT_TOLERANCE_METRICS_ENABLED", BY_DEFAULT),
                    Map.entry("REGISTRY_XDS_PORT", Integer.toString(XDS_PORT)),
                    Map.entry("REGISTRY_XDS_HOST", "127.0.0.1"),
                    Map.entry("REGISTRY_XDS_INSECURE", "true"),
                    Map.entry("REGISTRY_XDS_SCOPE", "all"),
                    Map.entry("REGISTRY_REGION", "eu"),
                    Map.entry("REGISTRY_REGIONS", "us,ap,sa,af,oc,an,as,na,xa,xb,low,forgotten,contract"),
                    Map.entry("REGISTRY_REGION_SILENCE", "PT20S"),
                    Map.entry("REGISTRY_REGION_OMIT", "network_id")));
            registry.liberty().launchOnly();
            registry.liberty().awaitOk("/health/ready", Duration.ofMinutes(5));
            PlainNode first = PlainNode.unique("first");
            firstAnswer = registry.post("/api/v1/registrations", first.payload());
            registry.delete("admin", "/api/v1/registrations/" + first.id() + "?forget=true");
            eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
            return registry;
        }
    }
}
