// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RetryDelay;

class BrokerNamesTest {

    private static final RetryDelay SHORT = new RetryDelay(Duration.ofMillis(1), Duration.ofMillis(2));

    private final List<String> asked = new ArrayList<>();

    @Test
    void asksForTheNamesWithoutTheirPorts() {
        new BrokerNames(SHORT, host -> {
            asked.add(host);
            return host.equals("::1");
        }).await("kafka-1:9092, kafka-2:9093,[::1]:9094");

        assertThat(asked).containsExactly("kafka-1", "kafka-2", "::1");
    }

    @Test
    void waitsUntilANameAppears() {
        new BrokerNames(SHORT, host -> {
            asked.add(host);
            return asked.size() == 4;
        }).await("kafka:9092");

        assertThat(asked).hasSize(4);
    }

    @Test
    void givesUpWhenInterrupted() {
        Thread.currentThread().interrupt();

        new BrokerNames(SHORT, host -> false).await("kafka:9092");

        assertThat(Thread.interrupted()).isTrue();
    }
}
