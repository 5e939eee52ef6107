package org.nodebridge.registry.config;

import java.time.Duration;

/**
 * How to reach Consul and how registrations look there.
 *
 * @param token ACL token; empty for none
 * @param caFile PEM file of the authorities trusted for https; empty for the JVM's own
 * @param certificateFile PEM file of the client's certificate for mutual TLS; empty for none
 * @param keyFile PEM file (PKCS#8) of the client's key; empty for none
 * @param nodeName the external Consul node that carries the entries of the catalog lane
 * @param servicePrefix what precedes the node type in a service's name
 * @param transactions how many transactions of one batch are under way at once
 * @param checkInterval how often Consul itself probes a health endpoint, in the agent lane
 */
public record ConsulSettings(
        Mode mode,
        Scheme scheme,
        String host,
        int port,
        String token,
        String caFile,
        String certificateFile,
        String keyFile,
        String nodeName,
        String servicePrefix,
        int transactions,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration checkInterval) {

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

    static ConsulSettings read(SettingsReader settings) {
        return new ConsulSettings(
                settings.choice("registry.consul.mode", null, Mode.CATALOG),
                settings.choice("registry.consul.scheme", "CONSUL_SCHEME", Scheme.HTTP),
                settings.text("registry.consul.host", "CONSUL_HOST", "localhost"),
                settings.port("registry.consul.port", "CONSUL_PORT", 8500),
                settings.secret("registry.consul.token", "CONSUL_HTTP_TOKEN"),
                settings.text("registry.consul.ca-file", null, ""),
                settings.text("registry.consul.certificate-file", null, ""),
                settings.text("registry.consul.key-file", null, ""),
                settings.matching(
                        "registry.consul.node-name", null, "nodebridge", "[A-Za-z0-9-]{1,63}", "must be a DNS label"),
                settings.matching(
                        "registry.consul.service-prefix", null, "onex-", "[A-Za-z0-9-]{0,40}",
                        "must be up to 40 letters, digits and hyphens"),
                settings.number("registry.consul.transactions", null, 4, 1, 20),
                settings.duration("registry.consul.connect-timeout", null, "PT2S"),
                settings.duration("registry.consul.request-timeout", null, "PT5S"),
                settings.duration("registry.consul.check-interval", null, "PT10S"));
    }
}
