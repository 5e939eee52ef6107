// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How to reach Consul and how registrations look there.
 *
 * @param host one or several with commas between, each with a port of its own or without
 * @param port of those that name none
 * @param token ACL token; empty for none
 * @param caFile PEM file of the authorities trusted for https; empty for the JVM's own
 * @param certificateFile PEM file of the client's certificate for mutual TLS; empty for none
 * @param keyFile PEM file (PKCS#8) of the client's key; empty for none
 * @param nodeName the external Consul node that carries the entries of catalog mode
 * @param adoptedInstallations other installations whose entries count as ours
 * @param installationTtl for how long another installation's note must stay as it is for it to count as dead
 * @param layout how a node looks there
 * @param transactions how many transactions of one batch are under way at once
 * @param checkInterval how often Consul itself probes a health endpoint, in agent mode
 */
public record ConsulSettings(
        Mode mode,
        Scheme scheme,
        String host,
        int port,
        Secret token,
        String caFile,
        String certificateFile,
        String keyFile,
        String nodeName,
        Set<String> adoptedInstallations,
        Duration installationTtl,
        ConsulLayout layout,
        int transactions,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration checkInterval) {

    /** Notes are renewed every five seconds, by replicas that restart, pause and lose Consul for a while. */
    private static final Duration SHORTEST_INSTALLATION_TTL = Duration.ofMinutes(1);

    /** Which of Consul's interfaces registrations go through. */
    public enum Mode {
        CATALOG,
        AGENT
    }

    /** How Consul's HTTP interface is reached. */
    public enum Scheme {
        HTTP,
        HTTPS
    }

    /** A name, an IPv4 or an IPv6 address; with a port an IPv6 address is in brackets. */
    private static final String HOST = "(\\[[0-9a-fA-F:.]+](:\\d{1,5})?|[^\\s,:\\[\\]/]+(:\\d{1,5})?|[0-9a-fA-F:.]+)";

    /** What precedes the node type in a service's name. */
    public String servicePrefix() {
        return layout.servicePrefix();
    }

    static ConsulSettings read(SettingsReader settings) {
        checkFaultTolerance(settings);
        ConsulSettings consul = new ConsulSettings(
                settings.choice("registry.consul.mode", null, Mode.CATALOG),
                settings.choice("registry.consul.scheme", "CONSUL_SCHEME", Scheme.HTTP),
                host(settings),
                settings.port("registry.consul.port", "CONSUL_PORT", 8500),
                settings.headerSecret("registry.consul.token", "CONSUL_HTTP_TOKEN"),
                settings.file("registry.consul.ca-file", null),
                settings.file("registry.consul.certificate-file", null),
                settings.file("registry.consul.key-file", null),
                settings.matching(
                        "registry.consul.node-name", null, "nodebridge", "[A-Za-z0-9-]{1,63}", "must be a DNS label"),
                Set.copyOf(settings.texts("registry.consul.adopt-installations", null, "")),
                settings.duration("registry.consul.installation-ttl", null, "PT10M"),
                ConsulLayout.read(settings),
                settings.number("registry.consul.transactions", null, 4, 1, 20),
                settings.duration("registry.consul.connect-timeout", null, "PT2S"),
                settings.duration("registry.consul.request-timeout", null, "PT5S"),
                settings.duration("registry.consul.check-interval", null, "PT10S"));
        if (consul.mode == Mode.AGENT && consul.servers().size() > 1) {
            settings.refuse("registry.consul.host (CONSUL_HOST) must be one host in mode agent: its own agent");
        }
        if (consul.installationTtl.compareTo(SHORTEST_INSTALLATION_TTL) < 0) {
            settings.refuse(
                    "registry.consul.installation-ttl (REGISTRY_CONSUL_INSTALLATION_TTL) must be PT1M or longer");
        }
        return consul;
    }

    private static String host(SettingsReader settings) {
        return settings.matching(
                "registry.consul.host", "CONSUL_HOST", "localhost", HOST + "(\\s*,\\s*" + HOST + "){0,15}",
                "must be a host, or up to 16 with commas between, each with or without a port");
    }

    /** The servers, in the order in which they are tried, as {@code host:port}. */
    public List<String> servers() {
        return Arrays.stream(host.split(","))
                .map(String::strip)
                .map(each -> each.matches("(\\[.*]|[^:]*):\\d+") ? each : bracketed(each) + ":" + port)
                .toList();
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /**
     * Fault Tolerance reads these itself, by {@code microprofile-config.properties}; here they are checked and shown.
     * It knows plain numbers only, so the times are in milliseconds.
     */
    private static void checkFaultTolerance(SettingsReader settings) {
        settings.number("registry.consul.retry.max", null, 2, 0, 10);
        settings.number("registry.consul.retry.delay", null, 200, 0, 10_000);
        settings.number("registry.consul.retry.jitter", null, 100, 0, 10_000);
        settings.number("registry.consul.timeout", null, 4_000, 100, 60_000);
        settings.number("registry.consul.read-timeout", null, 30_000, 100, 120_000);
        settings.number("registry.consul.health-timeout", null, 2_000, 100, 60_000);
        settings.number("registry.consul.bulkhead", null, 20, 1, 20);
        settings.number("registry.consul.breaker.volume", null, 10, 1, 1_000);
        settings.matching(
                "registry.consul.breaker.ratio", null, "0.5", "0\\.\\d{1,4}|1(\\.0)?|0", "must be from 0.0 to 1.0");
        settings.number("registry.consul.breaker.delay", null, 5_000, 0, 600_000);
        settings.number("registry.consul.breaker.successes", null, 2, 1, 100);
    }
}
