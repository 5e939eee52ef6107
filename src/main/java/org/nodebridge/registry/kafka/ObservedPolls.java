// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;

/**
 * Adds {@link PollObserver} to the consumer of the incoming channel, beside interceptors that an operator has set, and
 * tells its deserializer how much of a value to keep.
 */
@ApplicationScoped
public class ObservedPolls implements ClientCustomizer<Map<String, Object>> {

    @Inject
    private PolledOffsets offsets;

    @Inject
    private KafkaSettings settings;

    /** What the clients of all channels are given, under the name that Reactive Messaging looks for. */
    @Produces
    @Identifier("default-kafka-broker")
    Map<String, Object> clientProperties() {
        return new HashMap<>(settings.security().clientProperties());
    }

    @Override
    public Map<String, Object> customize(String channel, Config settings, Map<String, Object> properties) {
        if (channel.equals(ChannelSettings.NODE_EVENTS)) {
            properties.put(PollObserver.OFFSETS, offsets);
            properties.put(BoundedValueDeserializer.MAX_BYTES, ChannelSettings.largestRequest());
            properties.merge(
                    ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, PollObserver.class.getName(),
                    (others, ours) -> others + "," + ours);
        }
        return properties;
    }
}
