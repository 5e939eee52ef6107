// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** A Kafka broker and KRaft controller in one JVM, run from the test classpath. Topics are never made by themselves. */
public final class KafkaServer extends Server {

    private final int port;
    private final int controllerPort = FreePorts.one();
    private final Secured secured;
    private final Uuid clusterId;
    private List<KafkaServer> cluster = List.of(this);
    private List<String> options = ClassArchive.optionsOfKafka();
    private List<String> compilers = ShortLivedJvm.OPTIONS;

    /** A second listener, by TLS with certificates of both sides and SCRAM-SHA-512. */
    private record Secured(int port, SelfSigned certificate, Path clients, String user, String password) {}

    private KafkaServer(Path directory, int port, Secured secured, Uuid clusterId) {
        super("Kafka", directory);
        this.port = port;
        this.secured = secured;
        this.clusterId = clusterId;
    }

    /**
     * Several that are one cluster, on free ports: each topic has as many replicas, two of which must have a record.
     * They have to start together.
     */
    public static List<KafkaServer> cluster(Path directory, int size) {
        Uuid id = Uuid.randomUuid();
        List<KafkaServer> servers = IntStream.range(0, size)
                .mapToObj(number -> new KafkaServer(directory.resolve("kafka-" + number), FreePorts.one(), null, id))
                .toList();
        servers.forEach(server -> server.cluster = servers);
        return servers;
    }

    /** By which its cluster knows it. */
    public int nodeId() {
        return cluster.indexOf(this) + 1;
    }

    /** A broker on 127.0.0.1 with its data in the directory; data of an earlier run is used again. */
    public static KafkaServer in(Path directory, int port) {
        return new KafkaServer(directory, port, null, Uuid.randomUuid());
    }

    /**
     * The same with a second listener on localhost, by TLS and SCRAM-SHA-512, for that user. Before the first start.
     *
     * @param clients PEM file of the authorities of which clients must show a certificate
     */
    public KafkaServer secured(SelfSigned certificate, Path clients, String user, String password) {
        return new KafkaServer(
                directory(), port, new Secured(FreePorts.one(), certificate, clients, user, password), clusterId);
    }

    /**
     * The same with all of the JVM's compilers, as brokers have in earnest. Those of tests end before they would gain
     * by the second one. Before the first start.
     */
    public KafkaServer forLong() {
        compilers = List.of();
        return this;
    }

    /** The same, which leaves an archive of the classes it has loaded when it ends. */
    KafkaServer archivingTo(Path file) {
        options = List.of("-XX:ArchiveClassesAtExit=" + file, ClassArchive.QUIET);
        return this;
    }

    /** A broker on a free port. */
    public static KafkaServer in(Path directory) {
        return in(directory, FreePorts.one());
    }

    public int port() {
        return port;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The address of the listener by TLS. */
    public String securedServers() {
        return "localhost:" + secured.port;
    }

    /** Creates the topics that are missing, each with the given number of partitions; leaves the others as they are. */
    public void createTopics(Map<String, Integer> partitions) {
        KafkaTopics.create(bootstrapServers(), partitions);
    }

    /** Where the broker keeps a partition's records. */
    public Path log(String topic, int partition) {
        return directory().resolve("data").resolve(topic + "-" + partition);
    }

    /** A client for administration; the caller closes it. */
    public Admin admin() {
        return KafkaTopics.admin(bootstrapServers());
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path config = directory().resolve("server.properties");
        Files.write(config, config(directory().resolve("data")));
        Optional<String> image = ServerImages.of("kafka");
        if (image.isPresent()) {
            return inContainer(image.get(), config);
        }
        Files.write(directory().resolve("java.args"), List.of("-cp", '"' + classpath() + '"'));
        FreshDirectory.ensure(directory().resolve("data"), this::format);
        return new ServerProcess("kafka", directory(), java("kafka.Kafka", config.toString()), Map.of());
    }

    /** Formatted there: the data of our version may be too new for that one. */
    private ServerRun inContainer(String image, Path config) {
        String format = formatting(config).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        String script = "test -e '%s/data/meta.properties' || /opt/kafka/bin/kafka-storage.sh %s || exit;"
                + " exec /opt/kafka/bin/kafka-server-start.sh '%s'";
        return new ServerContainer(
                "kafka", image, directory(),
                secured == null
                        ? List.of()
                        : List.of(secured.certificate.both().getParent(), secured.clients.toAbsolutePath().getParent()),
                List.of("sh", "-c", script.formatted(directory(), format, config)),
                Map.of("KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m", "LOG_DIR", directory().resolve("logs").toString()));
    }

    @Override
    boolean answers() throws Exception {
        if (!FreePorts.isListenedOn(port)) {
            return false;
        }
        try (Admin admin = admin()) {
            return !admin.describeCluster().nodes().get(20, TimeUnit.SECONDS).isEmpty();
        }
    }

    /** In this JVM, as another one would take longer to start than to do it. */
    private void format(Path data) throws IOException {
        Path config = directory().resolve("format.properties");
        Files.write(config, config(data));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = StorageTool.execute(formatting(config).toArray(String[]::new), new PrintStream(said, true, UTF_8));
        if (status != 0) {
            throw new IOException("Kafka's directory cannot be formatted: " + said.toString(UTF_8));
        }
        Files.delete(config);
    }

    private List<String> formatting(Path config) {
        List<String> arguments = new ArrayList<>(
                List.of("format", "-t", clusterId.toString(), "-c", config.toString()));
        if (secured != null) {
            arguments.add("--add-scram");
            arguments.add("SCRAM-SHA-512=[name=" + secured.user + ",password=" + secured.password + "]");
        }
        return arguments;
    }

    private List<String> java(String mainClass, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> always = List.of(
                "-Xms256m", "-Xmx512m", "-Djava.awt.headless=true",
                // the class path is longer than the system shows of a command line
                "@" + directory().resolve("java.args"), mainClass);
        return Stream.of(List.of(java.toString()), options, compilers, always, List.of(arguments))
                .flatMap(List::stream)
                .toList();
    }

    private static String classpath() throws IOException {
        return Files.readString(ProjectDirectory.target().resolve("test-classpath.txt")).strip();
    }

    private List<String> config(Path data) {
        List<String> config = new ArrayList<>(plain(data));
        if (secured != null) {
            // of two lines for one key the later counts
            config.addAll(List.of(
                    "listeners=PLAINTEXT://127.0.0.1:" + port + ",SASL_SSL://localhost:" + secured.port
                            + ",CONTROLLER://127.0.0.1:" + controllerPort,
                    "advertised.listeners=PLAINTEXT://127.0.0.1:" + port + ",SASL_SSL://localhost:" + secured.port,
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
                    "sasl.enabled.mechanisms=SCRAM-SHA-512",
                    // rights can be taken from that user; who comes by the other listener has all of them
                    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found=true",
                    "super.users=User:ANONYMOUS",
                    "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config="
                            + "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                    "ssl.keystore.type=PEM",
                    "ssl.keystore.location=" + secured.certificate.both(),
                    "listener.name.sasl_ssl.ssl.client.auth=required",
                    "listener.name.sasl_ssl.ssl.truststore.type=PEM",
                    "listener.name.sasl_ssl.ssl.truststore.location=" + secured.clients));
        }
        return config;
    }

    private List<String> plain(Path data) {
        return List.of(
                "process.roles=broker,controller",
                "node.id=" + nodeId(),
                "controller.quorum.voters=" + cluster.stream()
                        .map(server -> server.nodeId() + "@127.0.0.1:" + server.controllerPort)
                        .collect(Collectors.joining(",")),
                "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs=" + data,
                "auto.create.topics.enable=false",
                "default.replication.factor=" + cluster.size(),
                "min.insync.replicas=" + (cluster.size() + 1) / 2,
                "offsets.topic.replication.factor=" + cluster.size(),
                "offsets.topic.num.partitions=5",
                "transaction.state.log.replication.factor=" + cluster.size(),
                "transaction.state.log.min.isr=" + (cluster.size() + 1) / 2,
                "transaction.state.log.num.partitions=5",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                // after a crash the controller lets the broker back only when its old session has run out
                "broker.session.timeout.ms=6000",
                "broker.heartbeat.interval.ms=500",
                // records that say nothing are of use to other brokers only: of one alone a quarter of its idle work
                "metadata.max.idle.interval.ms=" + (cluster.size() == 1 ? 0 : 500),
                // 128 MB by default, a quarter of this heap
                "log.cleaner.dedupe.buffer.size=16777216");
    }
}
