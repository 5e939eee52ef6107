// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How to reach Kafka, and which topics.
 *
 * @param groupProtocol how the members of the consumer group share the partitions
 * @param topicPrefix what precedes every topic name, such as {@code dev.omninode.}; empty for nothing
 * @param batchSize how many records may be in flight before no more are read
 * @param pollTimeout the longest wait for records in one poll
 * @param isolationLevel {@code read_committed} or {@code read_uncommitted}
 * @param fetch how much may be in memory of what has been read
 * @param createTopics whether topics that are missing are created
 */
public record KafkaSettings(
        String bootstrapServers,
        String groupId,
        GroupProtocol groupProtocol,
        String topicPrefix,
        List<String> introspectionNames,
        List<String> heartbeatNames,
        String requestName,
        String topologyName,
        String registrationsName,
        String deadLetterSuffix,
        String quarantineSuffix,
        int batchSize,
        Duration pollTimeout,
        String isolationLevel,
        FetchSettings fetch,
        boolean createTopics,
        KafkaSecuritySettings security) {

    /** Kafka's protocols of consumer groups. */
    public enum GroupProtocol {
        CLASSIC,
        CONSUMER
    }

    /** What is wrong with them is in {@link SettingsReader#errors()} afterwards. */
    public static KafkaSettings read(SettingsReader settings) {
        return new KafkaSettings(
                settings.matching(
                        "registry.kafka.bootstrap-servers", "KAFKA_BROKER_URL", "localhost:29092",
                        "\\s*[^\\s,:/]+:\\d{1,5}(\\s*,\\s*[^\\s,:/]+:\\d{1,5})*\\s*|\\s*\\[[0-9a-fA-F:]+]:\\d{1,5}\\s*",
                        "must be host:port, or several with commas between"),
                settings.text("registry.kafka.group-id", null, "bridge-registry-group"),
                settings.choice("registry.kafka.group-protocol", null, GroupProtocol.CLASSIC),
                settings.matching(
                        "registry.kafka.topic-prefix", null, "", "[A-Za-z0-9._-]{0,150}",
                        "may have letters, digits, dots, hyphens and underscores"),
                topics(settings, "registry.kafka.introspection-topics", "node-introspection.v1"),
                topics(settings, "registry.kafka.heartbeat-topics", "node-heartbeat.v1"),
                settings.matching(
                        "registry.kafka.request-topic", null, "registry-request-introspection.v1",
                        "[A-Za-z0-9._-]{1,249}", "must be a topic name"),
                settings.matching(
                        "registry.kafka.topology-topic", null, "topology-diff.v1", "[A-Za-z0-9._-]{1,249}",
                        "must be a topic name"),
                settings.matching(
                        "registry.kafka.registrations-topic", null, "registrations.v1", "[A-Za-z0-9._-]{1,180}",
                        "must be a topic name"),
                settings.matching(
                        "registry.kafka.dead-letter-suffix", null, ".dlq", "[A-Za-z0-9._-]{1,50}",
                        "must be a part of a topic name"),
                settings.matching(
                        "registry.kafka.quarantine-suffix", null, ".quarantine", "[A-Za-z0-9._-]{1,50}",
                        "must be a part of a topic name"),
                settings.number("registry.intake.batch-size", null, 500, 1, 10_000),
                settings.duration("registry.intake.poll-timeout", null, "PT0.1S"),
                settings.matching(
                        "registry.kafka.isolation-level", null, "read_committed", "read_committed|read_uncommitted",
                        "must be read_committed or read_uncommitted"),
                FetchSettings.read(settings),
                settings.flag("registry.kafka.create-topics", null, true),
                KafkaSecuritySettings.read(settings));
    }

    private static List<String> topics(SettingsReader settings, String key, String defaultValue) {
        settings.matching(
                key, null, defaultValue, "[A-Za-z0-9._-]{1,249}(\\s*,\\s*[A-Za-z0-9._-]{1,249})*",
                "must be a topic name, or several with commas between");
        return settings.texts(key, null, defaultValue);
    }

    /** The most records of one poll: in a compressed batch each may be large, regardless of the fetch size. */
    public int pollRecords() {
        return Math.min(batchSize, fetch.maxPollRecords());
    }

    /** The introspection topics with their prefix; the first is the one the registry itself writes to. */
    public List<String> introspectionTopics() {
        return introspectionNames.stream().map(topicPrefix::concat).toList();
    }

    /** The heartbeat topics with their prefix. */
    public List<String> heartbeatTopics() {
        return heartbeatNames.stream().map(topicPrefix::concat).toList();
    }

    /** All topics that are consumed. */
    public List<String> inputTopics() {
        return Stream.concat(introspectionTopics().stream(), heartbeatTopics().stream()).distinct().toList();
    }

    /** The topic of the registry's requests to the nodes. */
    public String requestTopic() {
        return topicPrefix + requestName;
    }

    /** Where changes are published. */
    public String topologyTopic() {
        return topicPrefix + topologyName;
    }

    /** Where our nodes are published for other regions. */
    public String registrationsTopic() {
        return topicPrefix + registrationsName;
    }

    /** What a region tells, as it is mirrored to our Kafka: its own topic with the region's name before it. */
    public String registrationsTopicOf(String region) {
        return region + "." + registrationsTopic();
    }

    /** Where records of a topic go that cannot be read. */
    public String deadLetterTopic(String topic) {
        return topic + deadLetterSuffix;
    }

    /** Where dead letters of a topic go that could not be read again. */
    public String quarantineTopic(String topic) {
        return topic + quarantineSuffix;
    }
}
