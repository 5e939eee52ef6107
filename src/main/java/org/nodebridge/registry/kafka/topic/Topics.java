// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics the registry reads and writes. */
@ApplicationScoped
public class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** A dead letter is its record and the headers that explain it, so it may be larger than any record. */
    private static final Map<String, String> ROOM_FOR_HEADERS = Map.of("max.message.bytes", "2097152");

    /** Claims are judged as of Kafka's time of their record, which is not to be the sender's to choose. */
    private static final Map<String, String> TIME_OF_THE_BROKER = Map.of("message.timestamp.type", "LogAppendTime");

    @Inject
    private BrokerClient broker;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistrySettings registry;

    /**
     * Creates the topics that are missing, where {@code registry.kafka.create-topics} allows it, and says which are
     * missing where it does not.
     *
     * @throws KafkaException when the broker does not answer, or does not let them be created
     */
    public void ensure() {
        Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
        for (String topic : settings.inputTopics()) {
            wanted.put(topic, registry.identity().isOn() ? TIME_OF_THE_BROKER : Map.of());
            wanted.put(settings.deadLetterTopic(topic), ROOM_FOR_HEADERS);
            wanted.put(settings.quarantineTopic(topic), ROOM_FOR_HEADERS);
        }
        wanted.put(settings.requestTopic(), Map.of());
        if (registry.topologyEnabled()) {
            wanted.put(settings.topologyTopic(), Map.of());
        }
        ensure(wanted);
    }

    /** The same for one quarantine topic, which may have been deleted since the start. */
    public void ensureQuarantine(String topic) {
        ensure(new LinkedHashMap<>(Map.of(topic, ROOM_FOR_HEADERS)));
    }

    /** The same for the topic that tells other regions of our nodes, which keeps the last record of each. */
    public void ensureRegistrations() {
        String topic = settings.registrationsTopic();
        ensure(new LinkedHashMap<>(Map.of(topic, Map.of("cleanup.policy", "compact"))));
        TopicSettings kept = broker.settings(Set.of(topic)).get(topic);
        String policy = kept == null ? "compact" : kept.values().getOrDefault("cleanup.policy", "compact");
        if (!policy.equals("compact")) {
            LOG.atWarn().addKeyValue("topic", topic).addKeyValue("cleanup.policy", policy)
                    .log("The topic is not compacted: other regions will lack nodes that do not change");
        }
    }

    /** The same for the topology topic. */
    public void ensureTopology() {
        ensure(new LinkedHashMap<>(Map.of(settings.topologyTopic(), Map.of())));
    }

    private void ensure(Map<String, Map<String, String>> wanted) {
        Set<String> existing = broker.existing(wanted.keySet());
        wanted.keySet().removeAll(existing);
        if (settings.createTopics()) {
            wanted.forEach((topic, configuration) -> {
                broker.create(topic, configuration);
                LOG.atInfo().addKeyValue("topic", topic).log("A topic was missing and has been created");
            });
        } else if (!wanted.isEmpty()) {
            LOG.atWarn().addKeyValue("topics", wanted.keySet()).log("Topics are missing and may not be created");
        }
    }
}
