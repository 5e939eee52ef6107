// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the other tests trust: data is still there after a stop, after a crash, and for a new server object. */
class ServersIT {

    @TempDir
    Path directory;

    @Test
    void kafkaKeepsItsRecords() throws Exception {
        KafkaServer kafka = KafkaServer.in(directory.resolve("kafka"));
        try {
            kafka.start();
            kafka.createTopics(Map.of("words", 1));
            kafka.createTopics(Map.of("words", 1, "others", 2));
            send(kafka, "one");
            kafka.stop();
            assertThat(kafka.isAlive()).isFalse();
            kafka.start();
            send(kafka, "two");
            kafka.kill();
            kafka.start();
            assertThat(words(kafka)).containsExactly("one", "two");
            kafka.suspend();
            assertThat(kafka.isAlive()).isTrue();
            kafka.resume();
            kafka.stop();

            KafkaServer elsewhere = KafkaServer.in(directory.resolve("kafka"));
            kafka = elsewhere;
            elsewhere.start();
            assertThat(words(elsewhere)).containsExactly("one", "two");
        } finally {
            kafka.kill();
        }
    }

    @Test
    void postgresKeepsItsRows() throws Exception {
        PostgresServer postgres = PostgresServer.in(directory.resolve("postgresql"));
        ServerProcess stranger = new ServerProcess("stranger", directory, List.of("sleep", "600"), Map.of());
        try {
            postgres.start();
            execute(postgres, "CREATE TABLE word (text TEXT)");
            execute(postgres, "INSERT INTO word VALUES ('one')");
            postgres.stop();
            assertThat(postgres.isAlive()).isFalse();
            postgres.start();
            execute(postgres, "INSERT INTO word VALUES ('two')");
            postgres.kill();
            postgres.start();
            assertThat(query(postgres, "SELECT text FROM word ORDER BY text")).containsExactly("one", "two");
            assertThat(query(postgres, "SHOW fsync")).containsExactly("on");
            assertThat(query(postgres, "SHOW synchronous_commit")).containsExactly("on");
            assertThat(query(postgres, "SHOW listen_addresses")).containsExactly("127.0.0.1");
            String password = postgres.password();
            postgres.kill();
            stranger.launch();
            namePid(stranger.pid(), directory.resolve("postgresql/data/postmaster.pid"));

            PostgresServer elsewhere = PostgresServer.in(directory.resolve("postgresql"));
            postgres = elsewhere;
            elsewhere.start();
            assertThat(elsewhere.password()).isEqualTo(password);
            assertThat(query(elsewhere, "SELECT text FROM word ORDER BY text")).containsExactly("one", "two");
        } finally {
            postgres.kill();
            stranger.kill();
        }
    }

    @Test
    void consulKeepsItsKeys() throws Exception {
        ConsulServer consul = ConsulServer.in(directory.resolve("consul"));
        try {
            consul.start();
            assertThat(put(consul, "one", "")).isEqualTo(200);
            consul.stop();
            assertThat(consul.isAlive()).isFalse();
            consul.start();
            assertThat(put(consul, "two", "")).isEqualTo(200);
            consul.kill();
            consul.start();
            assertThat(status(consul, "one", "")).isEqualTo(200);
            assertThat(status(consul, "two", "")).isEqualTo(200);
            assertThat(status(consul, "three", "")).isEqualTo(404);
            consul.stop();

            ConsulServer elsewhere = ConsulServer.in(directory.resolve("consul"));
            consul = elsewhere;
            elsewhere.start();
            assertThat(status(elsewhere, "two", "")).isEqualTo(200);
        } finally {
            consul.kill();
        }
    }

    @Test
    void consulRefusesThoseWithoutItsToken() throws Exception {
        String token = UUID.randomUUID().toString();
        ConsulServer consul = ConsulServer.in(directory.resolve("consul-with-token")).withToken(token);
        try {
            consul.start();
            assertThat(put(consul, "one", "")).isEqualTo(403);
            assertThat(put(consul, "one", token)).isEqualTo(200);
        } finally {
            consul.kill();
        }
    }

    /** As after a restart of the machine, when another process has the pid. */
    private static void namePid(long pid, Path pidFile) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(pidFile));
        lines.set(0, Long.toString(pid));
        Files.write(pidFile, lines);
    }

    private static void send(KafkaServer kafka, String word) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("words", word)).get();
        }
    }

    private static List<String> words(KafkaServer kafka) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        TopicPartition partition = new TopicPartition("words", 0);
        List<String> words = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> words.add(record.value()));
            }
        }
        return words;
    }

    private static void execute(PostgresServer postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> query(PostgresServer postgres, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static int put(ConsulServer consul, String key, String token) throws Exception {
        return send(consul, key, token, "PUT", HttpRequest.BodyPublishers.ofString("here"));
    }

    private static int status(ConsulServer consul, String key, String token) throws Exception {
        return send(consul, key, token, "GET", HttpRequest.BodyPublishers.noBody());
    }

    private static int send(
            ConsulServer consul, String key, String token, String method, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(consul.url() + "/v1/kv/" + key))
                .header("X-Consul-Token", token)
                .method(method, body)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
