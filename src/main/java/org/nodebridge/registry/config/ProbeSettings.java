// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.Map;
import org.nodebridge.registry.config.value.AddressAllowList;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How nodes are asked for their health.
 *
 * @param intervals the time between two probes of a node, by node type
 * @param timeout of a whole probe, the search for the address included
 * @param failures how many failed probes in a row condemn a node
 * @param paths what is asked in place of the announced path, by node type; empty for the announced one
 * @param concurrency how many probes are under way at once
 * @param allowedAddresses where a probe may connect to
 * @param caFile PEM file of the authorities trusted for https; empty for the JVM's own
 */
public record ProbeSettings(
        Map<String, Duration> intervals,
        Duration timeout,
        int failures,
        Map<String, String> paths,
        int concurrency,
        AddressAllowList allowedAddresses,
        String caFile) {

    private static final String PATH = "|/([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,500}";

    static ProbeSettings read(SettingsReader settings) {
        Duration interval = settings.duration("registry.probe.interval", null, "PT10S");
        String path = path(settings, "registry.probe.path", "");
        return new ProbeSettings(
                SettingsReader.byNodeType(
                        type -> settings.duration("registry.probe." + type + ".interval", null, interval.toString())),
                settings.duration("registry.probe.timeout", null, "PT2S"),
                settings.number("registry.probe.failures", null, 2, 1, 100),
                SettingsReader.byNodeType(type -> path(settings, "registry.probe." + type + ".path", path)),
                settings.number("registry.probe.concurrency", null, 64, 1, 1_000),
                settings.addresses(
                        "registry.probe.allowed-addresses", null,
                        "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7"),
                settings.certificates("registry.probe.ca-file", null));
    }

    /** The time between two probes of a node of this type. */
    public Duration interval(String nodeType) {
        return intervals.get(nodeType);
    }

    /** What is asked of a node of this type in place of the path it announced; empty for just that path. */
    public String path(String nodeType) {
        return paths.get(nodeType);
    }

    private static String path(SettingsReader settings, String key, String otherwise) {
        return settings.matching(
                key, null, otherwise, PATH, "must be a path, from its /, as it stands in a URL");
    }
}
