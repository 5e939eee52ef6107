// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Derives what Reactive Messaging wants to know of its channels from the {@code registry.*} settings. Any
 * {@code mp.messaging.*} key given elsewhere with a higher ordinal wins, which is how security settings of Kafka reach
 * the clients.
 */
public class ChannelSettings implements ConfigSource {

    /** The channel that brings records of all input topics. */
    public static final String NODE_EVENTS = "node-events";

    /** The channel that takes records for any topic. */
    public static final String REGISTRY_RECORDS = "registry-records";

    static final String INCOMING = "mp.messaging.incoming." + NODE_EVENTS + ".";
    private static final String OUTGOING = "mp.messaging.outgoing." + REGISTRY_RECORDS + ".";
    private static final String GROUP_PROTOCOL = "group.protocol";
    private static final String BYTES = "org.apache.kafka.common.serialization.ByteArray";

    /** Dead letters carry a record of up to 1 MiB and headers beside it. */
    private static final int LARGEST_REQUEST = 2 * 1024 * 1024;

    /** With the group protocol {@code consumer} the broker decides these, and the client refuses them. */
    private static final Set<String> OF_THE_CLASSIC_PROTOCOL =
            Set.of(INCOMING + "session.timeout.ms", INCOMING + "heartbeat.interval.ms");

    private static final Set<String> NAMES =
            derive(KafkaSettings.read(new SettingsReader(key -> java.util.Optional.empty())))
                    .keySet();

    private volatile Map<String, String> derived;

    static Map<String, String> derive(KafkaSettings kafka) {
        Map<String, String> properties = new TreeMap<>();
        properties.put(INCOMING + "connector", "smallrye-kafka");
        properties.put(INCOMING + "bootstrap.servers", kafka.bootstrapServers());
        properties.put(INCOMING + "topics", String.join(",", kafka.inputTopics()));
        properties.put(INCOMING + "group.id", kafka.groupId());
        properties.put(INCOMING + GROUP_PROTOCOL, kafka.groupProtocol().name().toLowerCase(Locale.ROOT));
        String bounded = "org.nodebridge.registry.kafka.topic.BoundedValueDeserializer";
        properties.put(INCOMING + "key.deserializer", bounded);
        properties.put(INCOMING + "value.deserializer", bounded);
        properties.put(INCOMING + "batch", "true");
        properties.put(INCOMING + "max.poll.records", Integer.toString(kafka.pollRecords()));
        properties.put(INCOMING + "max-queue-size-factor", Integer.toString(kafka.fetch().maxQueuedPolls()));
        properties.put(INCOMING + "poll-timeout", Long.toString(kafka.pollTimeout().toMillis()));
        properties.put(INCOMING + "pausable", "true");
        properties.put(INCOMING + "initially-paused", "true");
        properties.put(INCOMING + "consumer-rebalance-listener.name", NODE_EVENTS);
        properties.put(INCOMING + "isolation.level", kafka.isolationLevel());
        properties.put(INCOMING + "fetch.max.bytes", Integer.toString(kafka.fetch().maxBytes()));
        properties.put(INCOMING + "max.partition.fetch.bytes", Integer.toString(kafka.fetch().maxPartitionBytes()));
        properties.put(INCOMING + "enable.auto.commit", "false");
        properties.put(INCOMING + "commit-strategy", "latest");
        properties.put(INCOMING + "failure-strategy", "ignore");
        properties.put(INCOMING + "auto.offset.reset", "earliest");
        // a replica that was killed gives up its partitions after this long
        properties.put(INCOMING + "session.timeout.ms", "10000");
        properties.put(INCOMING + "heartbeat.interval.ms", "3000");
        // topics that appear later are found this fast
        properties.put(INCOMING + "metadata.max.age.ms", "10000");
        // the connector would fail at headers that look like a CloudEvent's and are none, and the channel would end
        properties.put(INCOMING + "cloud-events", "false");
        properties.put(OUTGOING + "cloud-events", "false");
        properties.put(OUTGOING + "compression.type", "lz4");
        properties.put(INCOMING + "tracing-enabled", "false");
        properties.put(INCOMING + "health-enabled", "false");
        properties.put(OUTGOING + "connector", "smallrye-kafka");
        properties.put(OUTGOING + "bootstrap.servers", kafka.bootstrapServers());
        properties.put(OUTGOING + "topic", kafka.requestTopic());
        properties.put(OUTGOING + "key.serializer", BYTES + "Serializer");
        properties.put(OUTGOING + "value.serializer", BYTES + "Serializer");
        properties.put(OUTGOING + "acks", "all");
        properties.put(OUTGOING + "max.request.size", Integer.toString(LARGEST_REQUEST));
        properties.put(OUTGOING + "delivery.timeout.ms", "10000");
        properties.put(OUTGOING + "request.timeout.ms", "5000");
        properties.put(OUTGOING + "max.block.ms", "5000");
        properties.put(OUTGOING + "tracing-enabled", "false");
        properties.put(OUTGOING + "health-enabled", "false");
        return properties;
    }

    /** What the outgoing channel's producer sends at most, in bytes before compression. */
    public static int largestRequest() {
        return ConfigProvider.getConfig()
                .getOptionalValue(OUTGOING + "max.request.size", Integer.class)
                .orElse(LARGEST_REQUEST);
    }

    @Override
    public Set<String> getPropertyNames() {
        return NAMES;
    }

    @Override
    public String getValue(String name) {
        if (!NAMES.contains(name) || OF_THE_CLASSIC_PROTOCOL.contains(name) && groupProtocol().equals("consumer")) {
            return null;
        }
        if (derived == null) {
            // asked for lazily: while the configuration is being built there is nothing to derive from
            derived = derive(KafkaSettings.read(new SettingsReader(
                    key -> ConfigProvider.getConfig().getOptionalValue(key, String.class))));
        }
        return derived.get(name);
    }

    /** That of the setting, unless the channel is given another. */
    private static String groupProtocol() {
        return ConfigProvider.getConfig()
                .getOptionalValue(INCOMING + GROUP_PROTOCOL, String.class)
                .orElse("classic")
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public String getName() {
        return "NodeBridge Registry channels";
    }

    @Override
    public int getOrdinal() {
        return 90;
    }
}
