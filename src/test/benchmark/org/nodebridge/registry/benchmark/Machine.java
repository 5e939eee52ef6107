// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;
import org.nodebridge.registry.servers.EurekaServer;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;

/** What the figures of a run hold for, and no name by which the machine could be found. */
final class Machine {

    private Machine() {}

    /** Each fact by its name. */
    static Map<String, String> facts(Plan plan, String loadBefore) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("load before", loadBefore);
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("processor", field("/proc/cpuinfo", "model name"));
        facts.put("memory", ProcessUse.parseKb(read(Path.of("/proc/meminfo")), "MemTotal:") / 1024 + " MB");
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("registry's JVM", plan.jvm().isBlank() ? "no options" : plan.jvm());
        facts.put("longest row", plan.seconds() + " s");
        return facts;
    }

    /** The load averages of one, five and fifteen minutes. */
    static String load() {
        String text = read(Path.of("/proc/loadavg"));
        return text.isEmpty() ? "unknown" : text.replaceFirst("^(\\S+ \\S+ \\S+).*\\s*$", "$1");
    }

    /** The versions of all servers that take part. */
    static Map<String, String> versions(ServerGroup servers) throws Exception {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Kafka", AppInfoParser.getVersion());
        versions.put("PostgreSQL", postgres(servers));
        versions.put("Consul", consul(servers.consul().orElseThrow().url()));
        versions.put("Open Liberty", liberty());
        versions.put("Eureka server", "Spring Cloud " + EurekaServer.RELEASE);
        return versions;
    }

    /** The version that an agent says. */
    static String consul(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/agent/self")).build();
        String body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        return new ObjectMapper()
                .readTree(body).path("Config").path("Version").asText();
    }

    private static String postgres(ServerGroup servers) throws Exception {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW server_version")) {
            result.next();
            return result.getString(1);
        }
    }

    private static String liberty() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(
                ProjectDirectory.target().resolve("liberty/wlp/lib/versions/openliberty.properties"))) {
            properties.load(in);
        }
        return properties.getProperty("com.ibm.websphere.productVersion", "unknown");
    }

    private static String field(String file, String name) {
        return read(Path.of(file)).lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
