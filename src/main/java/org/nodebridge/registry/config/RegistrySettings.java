// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Every setting of the registry, read once, from MicroProfile Config.
 *
 * @param registryId the name of this registry, the same for all its replicas; Consul entries carry it as owner mark
 * @param strictEnvelopes whether what is leniently read becomes a dead letter
 * @param maxClockAhead how far a node's clock may be ahead before its event counts as received now
 * @param maxClockSkew how far this replica's clock may be from PostgreSQL's before its health says so
 * @param firstRetryDelay the pause after the first failed try to reach a store; it doubles, with jitter
 * @param lastRetryDelay the longest such pause
 * @param stalledAfter how long a consumer with lag and stores that are up may go without progress
 * @param requestTimeout how long nodes may take to answer an introspection request
 * @param requestInterval how long nodes of one type are not asked again after a heartbeat of one that is not registered
 * @param mostOpenRequests how many introspection requests may be waited for on one replica
 * @param mostManualWaiting how many manual registrations may wait for PostgreSQL before more are turned away
 * @param clusterLeaseTtl how long a replica leads, or counts as running, after its last word
 * @param failoverRewind how far before a failover of PostgreSQL the topics are read again
 * @param replayConsulWait how long a replay waits for Consul to say which nodes are cordoned
 * @param criticalComponents which components make the registry not ready when they are down
 * @param topologyEnabled whether changes are published on Kafka
 */
public record RegistrySettings(
        String registryId,
        boolean strictEnvelopes,
        Duration maxClockAhead,
        Duration maxClockSkew,
        Duration firstRetryDelay,
        Duration lastRetryDelay,
        Duration stalledAfter,
        Duration requestTimeout,
        Duration requestInterval,
        int mostOpenRequests,
        int mostManualWaiting,
        Duration clusterLeaseTtl,
        Duration failoverRewind,
        Duration replayConsulWait,
        List<String> criticalComponents,
        SecuritySettings security,
        IdentitySettings identity,
        LeaseSettings leases,
        ProbeSettings probes,
        PreservationSettings preservation,
        ReconcileSettings reconcile,
        RetentionSettings retention,
        HttpSettings http,
        PageSettings pages,
        WatchSettings watch,
        DiscoverySettings discovery,
        XdsSettings xds,
        RegionSettings regions,
        ConsoleSettings console,
        LimitSettings limits,
        BufferSettings buffers,
        boolean topologyEnabled,
        KafkaSettings kafka,
        PostgresSettings postgres,
        ConsulSettings consul) {

    private static final List<String> COMPONENTS = List.of("kafka", "consul", "postgres");

    /**
     * Reads all settings.
     *
     * @param source finds the raw value of a key
     * @throws InvalidSettingsException naming every key whose value is bad
     */
    public static RegistrySettings read(Function<String, Optional<String>> source) {
        return read(new SettingsReader(source));
    }

    /**
     * Reads all settings.
     *
     * @param reader knows their keys, aliases and defaults afterwards
     * @throws InvalidSettingsException naming every key whose value is bad
     */
    public static RegistrySettings read(SettingsReader reader) {
        RegistrySettings settings = new RegistrySettings(
                reader.matching(
                        "registry.id", "REGISTRY_ID", "registry-main-1", "[A-Za-z0-9_-]{1,128}",
                        "must be 1 to 128 letters, digits, hyphens and underscores"),
                reader.flag("registry.envelope.strict", null, false),
                reader.duration("registry.envelope.max-clock-ahead", null, "PT5M"),
                reader.duration("registry.clock.max-skew", null, "PT10S"),
                reader.duration("registry.retry.first-delay", null, "PT0.5S"),
                reader.duration("registry.retry.last-delay", null, "PT15S"),
                reader.duration("registry.health.stalled-after", null, "PT2M"),
                reader.duration("registry.introspection-request.timeout", null, "PT5S"),
                reader.duration("registry.introspection-request.interval", null, "PT30S"),
                reader.number("registry.introspection-request.most-open", null, 8, 1, 100),
                reader.number("registry.manual.most-waiting", null, 100, 1, 10_000),
                reader.duration("registry.cluster.lease-ttl", null, "PT15S"),
                reader.duration("registry.failover.rewind", null, "PT10M"),
                reader.duration("registry.replay.consul-wait", null, "PT1M"),
                reader.texts("registry.health.critical", null, "kafka"),
                SecuritySettings.read(reader),
                IdentitySettings.read(reader),
                LeaseSettings.read(reader),
                ProbeSettings.read(reader),
                PreservationSettings.read(reader),
                ReconcileSettings.read(reader),
                RetentionSettings.read(reader),
                HttpSettings.read(reader),
                PageSettings.read(reader),
                WatchSettings.read(reader),
                DiscoverySettings.read(reader),
                XdsSettings.read(reader),
                RegionSettings.read(reader),
                ConsoleSettings.read(reader),
                LimitSettings.read(reader),
                BufferSettings.read(reader),
                reader.flag("registry.topology.enabled", null, true),
                KafkaSettings.read(reader),
                PostgresSettings.read(reader),
                ConsulSettings.read(reader));
        List<String> errors = new ArrayList<>(reader.errors());
        if (!COMPONENTS.containsAll(settings.criticalComponents)) {
            errors.add("registry.health.critical must name some of " + String.join(", ", COMPONENTS) + ", but is \""
                    + String.join(",", settings.criticalComponents) + "\"");
        }
        if (settings.requestTimeout.toMillis() > 30_000) {
            errors.add("registry.introspection-request.timeout must be 30 seconds at most, but is \""
                    + settings.requestTimeout + "\"");
        }
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(errors);
        }
        return settings;
    }

    /** The pauses between tries to reach a store or the broker. */
    public RetryDelay retryDelay() {
        return new RetryDelay(firstRetryDelay, lastRetryDelay);
    }

    /** Whether the registry is not ready while the component is down. */
    public boolean isCritical(String component) {
        return criticalComponents.contains(component);
    }
}
