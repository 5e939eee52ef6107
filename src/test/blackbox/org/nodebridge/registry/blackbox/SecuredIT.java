// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.blackbox.GrpcFleet.GrpcNode;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.HaProxyProgram;
import org.nodebridge.registry.servers.HaProxyServer;
import org.nodebridge.registry.servers.KafkaServer;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.SelfSigned;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * A registry with all locks turned: Kafka by SASL and TLS from both sides, PostgreSQL by TLS with its name verified,
 * callers by tokens and HTTPS, nodes by signed claims, secrets in files, JSON on the console.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredIT {

    private static final String KAFKA_PASSWORD = "kafka-Pa55\"word\\of-the-tests";
    private static final String KEYSTORE_PASSWORD = "changeit";
    private static final String MISSING_TOPIC = "secured-heartbeat.v1";
    private static final String FORGED = "[FORGED] operator signed in";
    private static final int XDS_PORT = FreePorts.one();
    private static final Issuer issuer = new Issuer();

    /** Ours vouches for nodes, first by one key and then by another; theirs does for other nodes, and lies. */
    private static final Issuer ours = new Issuer();
    private static final Issuer oursLater = new Issuer();
    private static final Issuer theirs = new Issuer();

    private static final PlainNode NODE = PlainNode.unique("secured-owned");

    private static KafkaServer kafka;
    private static PostgresServer postgres;
    private static Registry registry;
    private static SelfSigned certificate;
    private static SelfSigned ofTheRegistry;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        Path directory = Backends.emptyDirectory("secured");
        certificate = SelfSigned.in(directory.resolve("tls"));
        ofTheRegistry = SelfSigned.in(directory.resolve("tls-of-the-registry"));
        kafka = KafkaServer.in(directory.resolve("kafka"))
                .secured(certificate, ofTheRegistry.certificate(), "registry", KAFKA_PASSWORD);
        postgres = PostgresServer.in(directory.resolve("postgresql")).secured(certificate);
        kafka.start();
        postgres.start();
        postgres.changePassword(Registry.ODD_PASSWORD);
        KafkaTopics.create(kafka.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY);
        ServerGroup servers = ServerGroup.onFreePorts(directory, Map.of(
                "KAFKA_BROKER_URL", kafka.bootstrapServers(), "POSTGRES_HOST", "localhost", "CONSUL_HOST",
                "localhost"));
        registry = Registry.on(servers, directory.resolve("liberty"), settings(directory));
        registry.liberty().start();
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(certificate.certificate()))
                .build();
    }

    private static Map<String, String> settings(Path directory) throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("POSTGRES_PASSWORD"), postgres.password());
        Path keys = Files.writeString(directory.resolve("nodes.json"), "{\"keys\": [" + String.join(
                ",", ours.publicKeyOf("ours"), oursLater.publicKeyOf("ours"), theirs.publicKeyOf("theirs")) + "]}");
        Path kafkaPassword = Files.writeString(directory.resolve("kafka-password"), KAFKA_PASSWORD + "\n");
        Map<String, String> settings = new HashMap<>(Map.of(
                "KAFKA_BROKER_URL", kafka.securedServers(),
                "REGISTRY_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "REGISTRY_KAFKA_SASL_USERNAME", "registry",
                "REGISTRY_KAFKA_SASL_PASSWORD_FILE", kafkaPassword.toString(),
                "REGISTRY_KAFKA_CA_FILE", certificate.certificate().toString(),
                "REGISTRY_KAFKA_CERTIFICATE_FILE", ofTheRegistry.certificate().toString(),
                "REGISTRY_KAFKA_KEY_FILE", ofTheRegistry.key().toString()));
        settings.putAll(Map.of(
                "POSTGRES_HOST", "localhost",
                "POSTGRES_PORT", Integer.toString(postgres.port()),
                "POSTGRES_SSL_MODE", "verify-full",
                "POSTGRES_SSL_ROOT_CERT", certificate.certificate().toString(),
                "VARIABLE_SOURCE_DIRS", secrets.toString(),
                // there is none, and it is not asked by the tests of the others
                "CONSUL_HOST", "localhost",
                "CONSUL_PORT", "1",
                "REGISTRY_REPLAY_CONSUL_WAIT", "PT1S",
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN));
        settings.putAll(Map.of(
                "REGISTRY_KAFKA_HEARTBEAT_TOPICS", Registry.HEARTBEAT + "," + MISSING_TOPIC,
                "REGISTRY_IDENTITY_MODE", "enforce",
                "REGISTRY_IDENTITY_CLOCK_SKEW", "PT1S",
                // it is never killed, and what is read twice has two dead letters
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "45000",
                "REGISTRY_IDENTITY_KEYS_FILE", keys.toString()));
        settings.putAll(Map.of(
                "REGISTRY_JWT_ISSUER", Issuer.NAME,
                "REGISTRY_JWT_PUBLIC_KEY_LOCATION", issuer.publicKey(directory.resolve("issuer.pem")).toString(),
                "REGISTRY_JWT_AUDIENCES", "registry",
                "REGISTRY_JWT_OPERATOR_GROUPS", "platform-team",
                "REGISTRY_JWT_ADMIN_GROUPS", "admin",
                "REGISTRY_SECURITY_OPEN_METRICS", "false",
                "REGISTRY_HTTP_MODE", "redirect",
                "HTTPS_KEYSTORE", certificate.both().resolveSibling("keys.p12").toString(),
                "HTTPS_KEYSTORE_PASSWORD", KEYSTORE_PASSWORD,
                "WLP_LOGGING_CONSOLE_FORMAT", "JSON"));
        settings.putAll(Map.of(
                "REGISTRY_XDS_PORT", Integer.toString(XDS_PORT),
                "REGISTRY_XDS_HOST", "127.0.0.1",
                "REGISTRY_XDS_CERTIFICATE_FILE", certificate.certificate().toString(),
                "REGISTRY_XDS_KEY_FILE", certificate.key().toString(),
                "REGISTRY_XDS_CLIENT_CA_FILE", ofTheRegistry.certificate().toString()));
        return settings;
    }

    @AfterAll
    static void stop() {
        registry.liberty().kill();
        postgres.kill();
        kafka.kill();
    }

    @Test
    @Order(1)
    void registersWhatItReadsByTlsInPostgresByTls() throws Exception {
        PlainNode node = PlainNode.unique("secured");

        say(ours, Registry.INTROSPECTION, node, node.introduction());

        eventually().untilAsserted(
                () -> assertThat(get("/api/v1/registrations/" + node.id(), "reader").status()).isEqualTo(200));
        // health is read every few seconds
        eventually().untilAsserted(() -> assertThat(
                get("/api/v1/health", "reader").json().at("/components/kafka/status").asText()).isEqualTo("healthy"));
        assertThat(connections("ssl")).as("connections by TLS").isPositive();
        assertThat(connections("NOT ssl")).as("connections without").isZero();
    }

    @Test
    @Order(2)
    void setsAsideAndShowsByTlsToo() {
        String payload = "{'event_id': 'e7b6ab1c-02d4-4bb0-92fb-3fd9fa3e6a2e', 'event_type': 'NODE_INTROSPECTION',"
                + " 'event_timestamp': '2026-01-01T00:00:00Z', 'payload': {'node_id': 'x', 'node_type': 'effect',"
                + " 'endpoints': {'a\\n" + FORGED + "\\r\\u2028" + FORGED + "': 'nowhere'}}}";

        registry.publish(Registry.INTROSPECTION, "x", payload.replace('\'', '"').getBytes(UTF_8));

        eventually().untilAsserted(
                () -> assertThat(get("/api/v1/dead-letters", "platform-team").json().path("dead_letters"))
                        .isNotEmpty());
        // the line about it comes later, and is looked at by others
        eventually().until(() -> registry.liberty().log().contains(FORGED));
    }

    @Test
    @Order(2)
    void callersByXdsShowATokenOrACertificate() {
        MeshDoor door = new MeshDoor(XDS_PORT, certificate);

        assertThat(door.byTls(issuer.token("reader"))).isEqualTo(Status.Code.OK);
        assertThat(door.byCertificate(ofTheRegistry)).isEqualTo(Status.Code.OK);
        assertThat(door.byTls(null)).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(door.byTls(issuer.unsigned("reader"))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(door.byTls(issuer.token("strangers"))).isEqualTo(Status.Code.PERMISSION_DENIED);
        // of an authority that is not among those that are set
        assertThat(door.byCertificate(certificate)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(door.withoutTls(issuer.token("reader"))).isEqualTo(Status.Code.UNAVAILABLE);
    }

    /** As those callers have to whose gRPC can show neither. */
    @Test
    @Order(2)
    void callersByXdsComeInByAProxyBesideThemThatShowsACertificate() {
        HaProxyProgram program = HaProxyProgram.needed();
        int port = FreePorts.one();
        HaProxyServer proxy = new HaProxyServer(
                "unused", "backend unused\n" + Snippets.of("docs/mesh.md", "haproxy", "frontend xds")
                        .replace("127.0.0.1:18000", "127.0.0.1:" + port)
                        .replace("registry:18000", "127.0.0.1:" + XDS_PORT)
                        .replace("verifyhost registry", "verifyhost localhost")
                        .replace("/etc/haproxy/caller.pem", ofTheRegistry.both().toString())
                        .replace("/etc/haproxy/ca-of-the-registry.pem", certificate.certificate().toString()),
                program, Backends.emptyDirectory("haproxy-of-a-caller"));
        GrpcFleet fleet = GrpcFleet.listening(registry, "effect", 1);
        GrpcNode node = fleet.nodes().get(0);
        try (MeshCaller caller = new MeshCaller(
                new MeshBootstrap(port, "caller", "eu").scheme() + ":///onex-effect")) {
            proxy.start();

            say(ours, Registry.INTROSPECTION, new PlainNode(node.id()), fleet.introduction(node, "eu"));

            eventually().ignoreException(StatusRuntimeException.class).until(() -> {
                caller.call();
                return fleet.calls(node) > 0;
            });
        } finally {
            fleet.stop();
            proxy.kill();
        }
    }

    /** Else it would be no wonder that the registry gets in. */
    @Test
    @Order(2)
    void nobodyGetsToKafkaByThePasswordAlone() {
        Map<String, Object> client = Map.of(
                "bootstrap.servers", kafka.securedServers(),
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"registry\" password=\"" + KAFKA_PASSWORD.replaceAll("[\\\\\"]", "\\\\$0")
                        + "\";",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificate.certificate().toString(),
                "default.api.timeout.ms", 120_000);

        try (Admin admin = Admin.create(client)) {
            assertThat(admin.describeCluster().nodes())
                    .failsWithin(Duration.ofSeconds(90))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(SslAuthenticationException.class);
        }
    }

    @Test
    @Order(2)
    void createsAMissingInputTopicWithTheTimeOfTheBroker() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, MISSING_TOPIC);
        try (Admin admin = kafka.admin()) {
            // beside the consumer's start
            eventually().ignoreExceptions().untilAsserted(() -> {
                Config created = admin.describeConfigs(List.of(topic)).all().get(30, TimeUnit.SECONDS).get(topic);
                assertThat(created.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
            });
        }
    }

    static Stream<Arguments> tokens() {
        return Stream.of(
                Arguments.of("good", issuer.token("reader"), 200),
                Arguments.of("in an operator's group", issuer.token("platform-team"), 200),
                Arguments.of("in no group", issuer.token("strangers"), 403),
                Arguments.of("without groups", issuer.token(claims -> {}), 403),
                Arguments.of("expired", issuer.token(claims -> claims.setExpirationTimeMinutesInTheFuture(-2)), 401),
                Arguments.of("of another issuer", issuer.token(claims -> claims.setIssuer("https://other.test")), 401),
                Arguments.of("for others", issuer.token(claims -> claims.setAudience("others")), 401),
                Arguments.of("signed by another key", new Issuer().token("reader"), 401),
                Arguments.of("not signed", issuer.unsigned("reader"), 401),
                Arguments.of("no token", "nonsense", 401));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    @Order(3)
    void letsInACallerWithAGoodToken(String name, String token, int status) {
        Answer answer = send(https("/api/v1/registrations").header("Authorization", "Bearer " + token).GET());

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("WWW-Authenticate").isEmpty()).isEqualTo(status != 401);
        // the token comes back to nobody
        assertThat(answer.body() + answer.headers().map()).doesNotContain(token);
    }

    @Test
    @Order(3)
    void letsNobodyInByPassword() {
        Answer answer = send(Registry.as("admin", https("/api/v1/registrations")).GET());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=").contains("invalid_token");
    }

    @Test
    @Order(3)
    void holdsReadersBackFromWriting() {
        HttpRequest.Builder request = https("/api/v1/registrations")
                .header("Authorization", "Bearer " + issuer.token("reader"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));

        assertThat(send(request).status()).isEqualTo(403);
    }

    @Test
    @Order(4)
    void redirectsReadsToHttpsAndRefusesWritesWithoutIt() {
        Answer read = registry.send(registry.request("/api/v1/health?x=1").GET());
        Answer guessed = registry.send(Registry.as("reader", registry.request("/api/v1/health")).GET());
        Answer written = registry.send(
                registry.request("/api/v1/registrations").POST(BodyPublishers.ofString("{}")));

        String https = "https://localhost:" + registry.liberty().httpsPort();
        assertThat(read.status()).isEqualTo(308);
        assertThat(read.header("Location")).isEqualTo(https + "/api/v1/health?x=1");
        assertThat(guessed.status()).as("credentials are not even looked at").isEqualTo(308);
        // pages and figures of the server's own too, also those that are open to all or not there
        assertThat(List.of("/", "/console/console.css", "/nothing", "/openapi", "/openapi/ui/", "/metrics"))
                .allSatisfy(path -> {
                    Answer sentOn = registry.send(registry.request(path).GET());
                    assertThat(sentOn.status()).as(path).isEqualTo(308);
                    assertThat(sentOn.header("Location")).isEqualTo(https + path);
                    assertThat(sentOn.body()).isEmpty();
                });
        assertThat(registry.send(registry.request("/health/live").GET()).status())
                .as("for orchestrators").isEqualTo(200);
        assertThat(written.status()).isEqualTo(403);
        assertThat(written.json().path("type").asText()).isEqualTo("urn:nodebridge:problem:https-needed");
    }

    @Test
    @Order(4)
    void tellsBrowsersToStayWithHttps() {
        Stream.of("/", "/api/v1/health", "/openapi", "/health")
                .forEach(path -> assertThat(send(https(path).GET()).header("Strict-Transport-Security"))
                        .as(path)
                        .startsWith("max-age=31536000"));
    }

    @Test
    @Order(4)
    void closesMetricsByTheSetting() {
        assertThat(send(https("/metrics").GET()).status()).isEqualTo(401);
        assertThat(send(https("/ibm/api").GET()).status()).as("the server's own").isEqualTo(401);
        assertThat(get("/metrics", "strangers").status()).isEqualTo(403);
        eventually().untilAsserted(
                () -> assertThat(get("/metrics", "reader").body()).contains("registry_events_total"));
        // 503 while the broker does not answer at once
        eventually().untilAsserted(() -> assertThat(send(https("/health").GET()).status()).isEqualTo(200));
    }

    /** What a token's subject is, its issuer's users may choose. */
    @Test
    @Order(4)
    void namesEveryCallerByKindSoThatNoTokenPassesForTheLeaderOrAUser() {
        String asLeader = issuer.token(claims -> {
            claims.setSubject("leader:x");
            claims.setStringListClaim("groups", List.of("admin"));
        });
        PlainNode node = PlainNode.unique("secured-actor");
        Answer registered = post(asLeader, "/api/v1/registrations", node.payload().toString());
        assertThat(registered.status()).as(registered.body()).isBetween(200, 299);
        Answer compared = post(asLeader, "/api/v1/reconciliations?dry_run=true", "");
        Answer replayed = eventually().until(
                () -> post(asLeader, "/api/v1/replays", "{\"from\": \"earliest\", \"dry_run\": true}"),
                posted -> posted.status() != 503);
        eventually().untilAsserted(() -> assertThat(replay(replayed.json().path("id").asText()).path("status").asText())
                .isEqualTo("done"));

        JsonNode changes = get("/api/v1/registrations/" + node.id() + "/history", "reader").json().path("changes");
        assertThat(changes).as(changes.toString()).isNotEmpty()
                .allSatisfy(change -> assertThat(change.path("actor").asText()).isEqualTo("token:leader:x"));
        ObjectNode owned = node.payload();
        owned.withObject("/capabilities").putObject("owned");
        say(ours, Registry.INTROSPECTION, node, node.introduction(owned));
        eventually().untilAsserted(() -> assertThat(
                get("/api/v1/registrations/" + node.id(), "reader").json().at("/recent_changes/0/actor").asText())
                .as("no owner stands in its way").isEqualTo("key/ours"));
        assertThat(compared.json().path("requested_by").asText()).as(compared.body()).isEqualTo("token:leader:x");
        assertThat(replayed.json().path("requested_by").asText()).as(replayed.body()).isEqualTo("token:leader:x");
    }

    @Test
    @Order(5)
    void letsNobodySpeakForANodeOfAnother() {
        say(ours, Registry.INTROSPECTION, NODE, NODE.introduction());
        say(oursLater, Registry.INTROSPECTION, NODE, NODE.introduction(changed("ours")));
        eventually().untilAsserted(() -> assertThat(node().path("capabilities").has("ours")).isTrue());

        say(theirs, Registry.INTROSPECTION, NODE, NODE.introduction(changed("theirs")));
        say(theirs, Registry.INTROSPECTION, NODE, NODE.departure());
        say(theirs, Registry.HEARTBEAT, NODE, NODE.heartbeat("critical"));
        registry.publish(Registry.INTROSPECTION, NODE.id(), NODE.departure());

        eventually().untilAsserted(() -> assertThat(lettersOfTheNode()).hasSize(4)
                .extracting(letter -> letter.at("/fields/0/message").asText())
                .containsOnly(
                        "is of key/theirs, and the node belongs to key/ours", "is missing: nobody vouches for this"));
        // more where a batch is tried again
        assertThat(get("/metrics", "reader").body())
                .containsPattern("registry_identity_total\\{[^}]*outcome=\"conflict\"[^}]*} ([3-9]|\\d\\d+)\\.0")
                .containsPattern("registry_identity_total\\{[^}]*outcome=\"missing\"[^}]*} [1-9]\\d*\\.0");
        isAsOurs();

        say(ours, Registry.HEARTBEAT, NODE, NODE.heartbeat("degraded"));
        eventually().untilAsserted(() -> assertThat(node().path("health_status").asText()).isEqualTo("degraded"));
        isAsOurs();
    }

    @Test
    @Order(6)
    void letsNobodyInByAReplayOfTopicsOrOfDeadLetters() throws Exception {
        try (Connection connection = postgres.connect()) {
            connection.createStatement().execute("DELETE FROM tool_registrations WHERE tool_id = '" + NODE.id() + "'");
        }

        String replay = post("/api/v1/replays", "{'from': 'earliest'}").path("id").asText();
        eventually().untilAsserted(() -> assertThat(replay(replay).path("status").asText()).isEqualTo("done"));

        assertThat(replay(replay).at("/counts/unidentified").asInt()).isEqualTo(4);
        assertThat(replay(replay).path("error").asText()).as("there is no Consul")
                .startsWith("cordons of lost rows have not been given back: ");
        isAsOurs();

        String letter = "{'ids': ['" + lettersIntroduction() + "']";
        JsonNode foretold = post("/api/v1/dead-letters/replay", letter + ", 'dry_run': true}");
        JsonNode replayed = post("/api/v1/dead-letters/replay", letter + "}");

        assertThat(foretold.at("/counts/would_be_quarantined").asInt()).as(foretold.toString()).isOne();
        assertThat(replayed.at("/counts/quarantined").asInt()).as(replayed.toString()).isOne();
        isAsOurs();
    }

    @Test
    @Order(7)
    void letsANodeMoveToAnotherOwnerWhenAnAdminSaysSo() {
        Answer released = send(https("/api/v1/registrations/" + NODE.id() + "/owner")
                .header("Authorization", "Bearer " + issuer.token("admin"))
                .DELETE());

        assertThat(released.status()).as(released.body()).isEqualTo(200);
        assertThat(released.json().path("owner").asText()).isEqualTo("key/ours");

        JsonNode replayed = post("/api/v1/dead-letters/replay", "{'ids': ['" + lettersIntroduction() + "']}");
        say(ours, Registry.INTROSPECTION, NODE, NODE.introduction(changed("ours")));

        assertThat(replayed.at("/counts/applied").asInt()).as(replayed.toString()).isOne();
        eventually().untilAsserted(() -> assertThat(lettersOfTheNode()).hasSize(5));
        assertThat(node().at("/capabilities").has("theirs")).isTrue();
    }

    @Test
    @Order(8)
    void writesOneLineOfJsonForEveryMessage() {
        assertThat(registry.liberty().log().lines())
                .filteredOn(line -> line.contains(FORGED))
                .isNotEmpty()
                .allSatisfy(line -> {
                    JsonNode json = Json.parse(line);
                    assertThat(json.path("module").asText()).startsWith("org.nodebridge.registry");
                    assertThat(json.path("message").asText())
                            .as("the reader has replaced what would break the line")
                            .contains("\ufffd" + FORGED)
                            .doesNotContain("\n", "\r", "\u2028");
                });
    }

    @Test
    @Order(8)
    void letsNobodyForgeALineOfText() throws Exception {
        String messages = Files.readString(registry.liberty().directory().resolve("logs").resolve("messages.log"));

        assertThat(messages).contains(FORGED);
        assertThat(messages.split("\\R|\u2028")).noneMatch(line -> line.startsWith(FORGED));
    }

    @Test
    @Order(8)
    void takesNoCopyOfAClaimForAnotherRecord() {
        PlainNode node = PlainNode.unique("secured-copied");
        say(ours, Registry.INTROSPECTION, node, node.introduction());
        String path = "/api/v1/registrations/" + node.id();
        eventually().untilAsserted(() -> assertThat(get(path, "reader").status()).isEqualTo(200));

        say(ours, Registry.INTROSPECTION, node, node.departure(), digest(node.introduction()));
        say(ours, Registry.INTROSPECTION, node, node.departure(), null);

        eventually().untilAsserted(() -> assertThat(placesOfLettersOf(node)).hasSize(2));
        assertThat(get(path, "reader").status()).isEqualTo(200);
    }

    @Test
    @Order(8)
    void passesOverARecordWhoseDeadLetterItMayNotWriteAndShowsIt() throws Exception {
        PlainNode behind = PlainNode.unique("secured-behind");
        try (Denial denial = new Denial(Registry.INTROSPECTION + ".dlq")) {
            registry.broker().publish(new ProducerRecord<>(Registry.INTROSPECTION, 0, null, "no JSON".getBytes(UTF_8)));
            ProducerRecord<byte[], byte[]> next = claimed(ours, Registry.INTROSPECTION, behind, behind.introduction());
            registry.broker().publish(new ProducerRecord<>(next.topic(), 0, next.key(), next.value(), next.headers()));

            eventually().untilAsserted(
                    () -> assertThat(get("/api/v1/registrations/" + behind.id(), "reader").status()).isEqualTo(200));
            // rows come before the letters of the same batch
            eventually().untilAsserted(() -> assertThat(get("/metrics", "reader").body()).containsPattern(
                    "registry_dead_letters_not_written_total\\{[^}]*introspection[^}]*} [1-9]\\d*\\.0"));
            // health is read every few seconds
            eventually().untilAsserted(() -> assertThat(kafkaHealth().path("last_dead_letter_not_written").toString())
                    .contains(Registry.INTROSPECTION + "-0@", "TopicAuthorizationException"));
        }
        registry.broker()
                .publish(new ProducerRecord<>(Registry.INTROSPECTION, "back".getBytes(UTF_8), new byte[] {'x'}));
        eventually().untilAsserted(() -> assertThat(registry.deadLetters(Registry.INTROSPECTION))
                .anyMatch(letter -> "back".equals(keyOf(letter))));
    }

    @Test
    @Order(8)
    void leavesALetterOpenWhoseQuarantineItMayNotWrite() throws Exception {
        registry.publish(Registry.HEARTBEAT, "unreadable", "no JSON".getBytes(UTF_8));
        eventually().untilAsserted(() -> assertThat(registry.deadLetters(Registry.HEARTBEAT))
                .anyMatch(letter -> "unreadable".equals(keyOf(letter))));
        String letter = idOfTheLast(Registry.HEARTBEAT);
        String wanted = "{'ids': ['" + letter + "']}";
        try (Denial denial = new Denial(Registry.HEARTBEAT + ".quarantine")) {
            JsonNode replayed = post("/api/v1/dead-letters/replay", wanted);

            assertThat(replayed.at("/counts/not_quarantined").asInt()).as(replayed.toString()).isOne();
            assertThat(replayed.toString()).contains("TopicAuthorizationException");
        }

        JsonNode again = post("/api/v1/dead-letters/replay", wanted);
        assertThat(again.at("/counts/quarantined").asInt()).as(again.toString()).isOne();
        assertThat(get("/api/v1/dead-letters/" + letter, "platform-team").json().at("/replay/by").asText())
                .isEqualTo("token:ada");
    }

    @Test
    @Order(8)
    void judgesAClaimByTheTimeOfTheBrokerWhereTheTopicHasIt() throws Exception {
        eventually().untilAsserted(() -> assertThat(kafkaHealth().path("topics_without_append_time").toString())
                .as("until now producers choose the times").contains(Registry.INTROSPECTION));
        try (Admin admin = kafka.admin()) {
            admin.incrementalAlterConfigs(Map.of(
                    new ConfigResource(ConfigResource.Type.TOPIC, Registry.INTROSPECTION),
                    List.of(new AlterConfigOp(
                            new ConfigEntry("message.timestamp.type", "LogAppendTime"), AlterConfigOp.OpType.SET))))
                    .all().get(30, TimeUnit.SECONDS);
        }
        awaitAppendTime();
        PlainNode node = PlainNode.unique("secured-appended");
        String path = "/api/v1/registrations/" + node.id();
        byte[] introduction = node.introduction();
        Instant sent = Instant.now();
        // for as long as it may take until the broker has the record
        Instant end = Instant.ofEpochSecond(sent.getEpochSecond() + 20);
        ProducerRecord<byte[], byte[]> record = claimed(
                ours, Registry.INTROSPECTION, node, introduction, digest(introduction),
                claims -> claims.setExpirationTime(NumericDate.fromSeconds(end.getEpochSecond())));
        registry.broker().publish(record);
        eventually().untilAsserted(() -> assertThat(get(path, "reader").status()).isEqualTo(200));
        eventually().until(() -> Instant.now().isAfter(end.plusSeconds(2)));

        // a copy of it, at a time of the sender's choice at which the claim was good
        registry.broker().publish(new ProducerRecord<>(
                record.topic(), null, sent.toEpochMilli(), record.key(), record.value(), record.headers()));

        eventually().untilAsserted(() -> assertThat(placesOfLettersOf(node)).hasSize(1));
        try (Connection connection = postgres.connect()) {
            connection.createStatement().execute("DELETE FROM tool_registrations WHERE tool_id = '" + node.id() + "'");
        }
        assertThat(get(path, "reader").status()).isEqualTo(404);

        // the first one was good when the broker took it, however late it is read again
        String replay = post("/api/v1/replays", "{'from': 'earliest'}").path("id").asText();
        eventually().untilAsserted(() -> assertThat(replay(replay).path("status").asText()).isEqualTo("done"));
        assertThat(get(path, "reader").status()).isEqualTo(200);
        assertThat(get(path, "reader").json().at("/recent_changes/0/actor").asText()).isEqualTo("key/ours");
    }

    @Test
    @Order(9)
    void keepsItsSecretsToItself() throws Exception {
        String token = issuer.token("admin");
        List<String> secrets = List.of(
                KAFKA_PASSWORD, keyOf(ofTheRegistry), postgres.password(), Logs.CONSUL_TOKEN, Registry.READER_PASSWORD,
                Registry.OPERATOR_PASSWORD, Registry.ADMIN_PASSWORD, KEYSTORE_PASSWORD, token,
                KAFKA_PASSWORD.replace("\\", "\\\\").replace("\"", "\\\""));
        List<String> paths = new ArrayList<>(List.of("/", "/openapi", "/metrics", "/health", "/openapi/ui/"));
        JsonNode document = send(https("/openapi")
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .GET())
                .json();
        document.path("paths").properties().stream()
                .filter(path -> path.getValue().has("get") && !path.getKey().endsWith("/watch"))
                .forEach(path -> paths.add(path.getKey().replaceAll("\\{[^}]+}", "x")));

        assertThat(paths).hasSizeGreaterThan(15).allSatisfy(path -> {
            Answer answer = send(https(path).header("Authorization", "Bearer " + token).GET());
            assertThat(answer.body() + answer.headers().map()).as(path).doesNotContain(secrets);
        });
        try (Stream<Path> files = Files.walk(registry.liberty().directory())) {
            assertThat(files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".log") || file.getParent().endsWith("ffdc")))
                    .isNotEmpty()
                    // the last character may not be whole yet
                    .allSatisfy(file -> assertThat(new String(Files.readAllBytes(file), UTF_8))
                            .doesNotContain(secrets));
        }
    }

    @Test
    @Order(10)
    void trustsNobodyWhoOnlyStandsInPostgresPlace() {
        Path directory = postgres.directory();
        postgres.stop();
        postgres = PostgresServer.in(directory, postgres.port())
                .secured(SelfSigned.in(directory.resolveSibling("tls-of-another")));
        postgres.start();

        // longer than it takes to connect again where that is allowed
        eventually().during(Duration.ofSeconds(8)).until(() -> get("/api/v1/health", "reader")
                .json()
                .at("/components/postgres/status")
                .asText()
                .equals("unhealthy"));
    }

    /** Sends what somebody says of a node, and that it may. */
    private static String digest(byte[] value) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(value));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void say(Issuer signer, String topic, PlainNode node, byte[] value) {
        say(signer, topic, node, value, digest(value));
    }

    /** @param digest of the record that the claim is about */
    private static void say(Issuer signer, String topic, PlainNode node, byte[] value, String digest) {
        registry.broker().publish(claimed(signer, topic, node, value, digest, claims -> {}));
    }

    private static ProducerRecord<byte[], byte[]> claimed(Issuer signer, String topic, PlainNode node, byte[] value) {
        return claimed(signer, topic, node, value, digest(value), claims -> {});
    }

    private static ProducerRecord<byte[], byte[]> claimed(
            Issuer signer, String topic, PlainNode node, byte[] value, String digest, Consumer<JwtClaims> change) {
        String claim = signer.token(claims -> {
            claims.setSubject(node.id());
            claims.setClaim("node_type", "effect");
            claims.setClaim("digest", digest);
            change.accept(claims);
        });
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, node.id().getBytes(UTF_8), value);
        record.headers().add("node-identity", claim.getBytes(UTF_8));
        return record;
    }

    /** The controller answers first, the broker hears of it later; asked by records that are meant for others. */
    private static void awaitAppendTime() {
        long chosen = Instant.now().minusSeconds(3_600).toEpochMilli();
        byte[] ignored = WireSample.of("core_request_introspection").bytes();
        eventually().until(() -> IntStream.range(0, 6)
                .mapToObj(partition -> registry.broker().publish(
                        new ProducerRecord<>(Registry.INTROSPECTION, partition, chosen, (byte[]) null, ignored)))
                .noneMatch(where -> where.timestamp() == chosen));
    }

    /** Where the records with the node's key lay that have become dead letters, each perhaps more than once. */
    private static Set<String> placesOfLettersOf(PlainNode node) {
        return registry.deadLetters(Registry.INTROSPECTION).stream()
                .filter(letter -> node.id().equals(keyOf(letter)))
                .map(letter -> Broker.headers(letter, "registry-dlq-partition") + " "
                        + Broker.headers(letter, "registry-dlq-offset"))
                .collect(Collectors.toSet());
    }

    private static String keyOf(ConsumerRecord<byte[], byte[]> letter) {
        return letter.key() == null ? null : new String(letter.key(), UTF_8);
    }

    /** Takes the right to write a topic from the registry until it is closed; the broker knows when it returns. */
    private static final class Denial implements AutoCloseable {

        private final AclBinding rule;

        Denial(String topic) throws Exception {
            rule = new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                    new AccessControlEntry("User:registry", "*", AclOperation.WRITE, AclPermissionType.DENY));
            try (Admin admin = kafka.admin()) {
                admin.createAcls(List.of(rule)).all().get(30, TimeUnit.SECONDS);
                awaitRules(admin, 1);
            }
        }

        @Override
        public void close() throws Exception {
            try (Admin admin = kafka.admin()) {
                admin.deleteAcls(List.of(rule.toFilter())).all().get(30, TimeUnit.SECONDS);
                awaitRules(admin, 0);
            }
        }

        /** The controller answers first, the broker hears of it later. */
        private void awaitRules(Admin admin, int count) {
            eventually().untilAsserted(() -> assertThat(
                    admin.describeAcls(rule.toFilter()).values().get(30, TimeUnit.SECONDS)).hasSize(count));
        }
    }

    private static JsonNode kafkaHealth() {
        return get("/api/v1/health", "reader").json().at("/components/kafka/details");
    }

    /** The id of the last dead letter of a topic; a page is empty where the broker is too slow for it. */
    private static String idOfTheLast(String topic) {
        String path = "/api/v1/dead-letters?topic=" + topic;
        return eventually().until(
                () -> get(path, "platform-team").json().at("/dead_letters/0/id").asText(), id -> !id.isEmpty());
    }

    private static ObjectNode changed(String capability) {
        ObjectNode payload = NODE.payload();
        payload.withObject("/capabilities").putObject(capability);
        return payload;
    }

    private static JsonNode node() {
        return get("/api/v1/registrations/" + NODE.id(), "reader").json();
    }

    private static void isAsOurs() {
        JsonNode node = node();
        assertThat(node.path("status").asText()).as(node.toString()).isEqualTo("active");
        assertThat(node.path("health").asText()).isNotEqualTo("critical");
        assertThat(node.path("capabilities").has("ours")).isTrue();
        assertThat(node.path("capabilities").has("theirs")).isFalse();
    }

    /** One of each record. */
    private static Collection<JsonNode> lettersOfTheNode() {
        Map<String, JsonNode> letters = new LinkedHashMap<>();
        get("/api/v1/dead-letters?reason=unidentified", "platform-team").json().path("dead_letters").forEach(letter -> {
            if (letter.path("node_id").asText().equals(NODE.id())) {
                letters.putIfAbsent(letter.path("origin").toString(), letter);
            }
        });
        return letters.values();
    }

    /** The id of the dead letter in which they introduce the node. */
    private static String lettersIntroduction() {
        return eventually().until(
                () -> lettersOfTheNode().stream()
                        .filter(letter -> letter.path("payload_excerpt").asText().contains("\"theirs\""))
                        .map(letter -> letter.path("id").asText())
                        .findFirst(),
                Optional::isPresent)
                .orElseThrow();
    }

    private static JsonNode replay(String id) {
        return get("/api/v1/replays/" + id, "admin").json();
    }

    private static JsonNode post(String path, String body) {
        // again where a server does not answer in time, or the replay before has not let go yet
        Answer answer = eventually().until(
                () -> post(issuer.token("admin"), path, body.replace('\'', '"')),
                posted -> posted.status() != 409 && posted.status() != 503);
        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
        return answer.json();
    }

    private static Answer post(String token, String path, String body) {
        return send(https(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    /** What would be seen of it wherever it was written, with any line ends. */
    private static String keyOf(SelfSigned certificate) throws IOException {
        return Files.readAllLines(certificate.key()).get(10).strip();
    }

    private static long connections(String condition) throws Exception {
        try (Connection connection = postgres.connect();
                ResultSet count = connection.createStatement().executeQuery(
                        "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                                + " WHERE application_name = 'node-bridge-registry' AND " + condition)) {
            count.next();
            return count.getLong(1);
        }
    }

    private static Answer get(String path, String group) {
        return send(https(path).header("Authorization", "Bearer " + issuer.token(group)).GET());
    }

    private static HttpRequest.Builder https(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + registry.liberty().httpsPort() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private static Answer send(HttpRequest.Builder request) {
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

    private static SSLContext trusting(Path pem) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            trusted.setCertificateEntry(
                    "registry", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
