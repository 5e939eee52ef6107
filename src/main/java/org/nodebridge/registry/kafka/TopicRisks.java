// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.kafka.topic.BrokerClient;
import org.nodebridge.registry.kafka.topic.TopicSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a minute whether the topics are kept as the guarantees need it. What is found degrades the health of
 * {@code kafka}, and stops nothing: the brokers' operators decide.
 */
@ApplicationScoped
public class TopicRisks {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRisks.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private BrokerClient broker;

    @Inject
    private RegistrySettings settings;

    private volatile Map<String, List<String>> risks = Map.of();
    private volatile Map<String, Integer> minInSync = Map.of();

    void start(@Observes Startup startup) {
        tasks.start("topic_settings", INTERVAL, () -> true, this::look);
    }

    /** By topic, what its settings void; empty where nothing is known against any. */
    public Map<String, List<String>> found() {
        return risks;
    }

    /** By topic, how many copies of a record have to be confirmed; without those of which nothing is known yet. */
    public Map<String, Integer> minInSync() {
        return minInSync;
    }

    private void look() {
        Set<String> kept = new HashSet<>();
        for (String topic : settings.kafka().inputTopics()) {
            kept.add(settings.kafka().deadLetterTopic(topic));
            kept.add(settings.kafka().quarantineTopic(topic));
        }
        if (settings.topologyEnabled()) {
            kept.add(settings.kafka().topologyTopic());
        }
        Set<String> all = new HashSet<>(kept);
        all.addAll(settings.kafka().inputTopics());
        Map<String, List<String>> found = new TreeMap<>();
        try {
            Map<String, TopicSettings> settingsOfTopics = broker.settings(all);
            settingsOfTopics.forEach((topic, now) -> found.put(topic, now.risks(kept.contains(topic))));
            minInSync = settingsOfTopics.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().minInSync()));
        } catch (KafkaException e) {
            return; // an outage, which the health says; what was found still holds
        }
        found.values().removeIf(List::isEmpty);
        if (!found.equals(risks) && !found.isEmpty()) {
            LOG.atWarn().addKeyValue("topics", found).log("Settings of topics void guarantees");
        }
        risks = found;
    }
}
