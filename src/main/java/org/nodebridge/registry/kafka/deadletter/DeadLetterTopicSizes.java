// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.config.kafka.KafkaClients;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker once, at the start, how large a dead letter its topics take. One that takes less than the registry
 * would send gets truncated letters, of which the health of {@code kafka} warns before there is any.
 */
@ApplicationScoped
public class DeadLetterTopicSizes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTopicSizes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Inject
    private KafkaSettings settings;

    private volatile Map<String, Integer> tooSmall = Map.of();

    /**
     * Looks at the dead-letter and quarantine topics that there are.
     *
     * @throws KafkaException when the broker does not answer
     */
    public void check() {
        Map<String, Object> properties = KafkaClients.properties(settings, AdminClientConfig.configNames());
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "node-bridge-registry-topic-sizes");
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        Map<ConfigResource, KafkaFuture<Config>> answers;
        Map<String, Integer> sizes = new TreeMap<>();
        try (Admin admin = Admin.create(properties)) {
            answers = admin.describeConfigs(topics()).values();
            answers.forEach((topic, answer) -> {
                Integer size = size(topic.name(), answer);
                if (size != null) {
                    sizes.put(topic.name(), size);
                }
            });
        }
        tooSmall = tooSmall(sizes, ChannelSettings.largestRequest());
        if (!tooSmall.isEmpty()) {
            LOG.atWarn().addKeyValue("maxMessageBytes", tooSmall)
                    .log("Topics take no dead letter of the usual limit; larger ones will be truncated");
        }
    }

    /** The topics that take less than the registry sends, and how many bytes; empty when none does. */
    public Map<String, Integer> tooSmall() {
        return tooSmall;
    }

    public static Map<String, Integer> tooSmall(Map<String, Integer> sizes, int wanted) {
        Map<String, Integer> small = new TreeMap<>(sizes);
        small.values().removeIf(size -> size >= wanted);
        return small;
    }

    private List<ConfigResource> topics() {
        List<ConfigResource> topics = new ArrayList<>();
        for (String topic : settings.inputTopics()) {
            topics.add(new ConfigResource(ConfigResource.Type.TOPIC, settings.deadLetterTopic(topic)));
            topics.add(new ConfigResource(ConfigResource.Type.TOPIC, settings.quarantineTopic(topic)));
        }
        return topics;
    }

    /** {@code null} where it is not known: the topic is not there, or may not be looked at. */
    private static Integer size(String topic, KafkaFuture<Config> answer) {
        try {
            ConfigEntry entry =
                    answer.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                            .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            return entry == null ? null : Integer.valueOf(entry.value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || !(e.getCause() instanceof RetriableException)) {
                LOG.atInfo().addKeyValue("topic", topic).addKeyValue("reason", e.getCause().getMessage())
                        .log("How large a dead letter a topic takes is not known");
                return null;
            }
            throw new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the broker does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking the broker", e);
        }
    }
}
