// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSettingsTest {

    private static final Map<String, String> GOOD = Map.of(
            "min.insync.replicas", "2", "cleanup.policy", "delete", "retention.ms", "604800000",
            "unclean.leader.election.enable", "false");

    @Test
    void findsNothingAgainstWhatIsKeptWell() {
        assertThat(new TopicSettings(3, 3, GOOD).risks(true)).isEmpty();
        assertThat(new TopicSettings(3, 2, Map.of("min.insync.replicas", "1", "retention.ms", "-1")).risks(true))
                .isEmpty();
    }

    @Test
    void asksNoSecondCopyOfASingleBroker() {
        assertThat(new TopicSettings(1, 1, Map.of("min.insync.replicas", "1")).risks(true)).isEmpty();
    }

    @Test
    void saysNothingOfSettingsThatTheBrokerDoesNotShow() {
        assertThat(new TopicSettings(3, 3, Map.of()).risks(true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, min.insync.replicas, 1, replication factor 1",
        "3, 3, min.insync.replicas, 1, min.insync.replicas=1",
        "3, 2, min.insync.replicas, 3, nothing can be written",
        "3, 3, unclean.leader.election.enable, true, unclean.leader.election.enable=true",
        "3, 3, cleanup.policy, 'compact,delete', cleanup.policy=compact",
        "1, 1, retention.ms, 60000, retention.ms=60000"
    })
    void namesEachSettingThatVoidsAGuarantee(int brokers, int replicas, String name, String value, String said) {
        assertThat(new TopicSettings(brokers, replicas, Map.of(name, value)).risks(true))
                .singleElement()
                .asString()
                .contains(said);
    }

    @Test
    void letsTopicsOfNodesBeCompacted() {
        assertThat(new TopicSettings(1, 1, Map.of("cleanup.policy", "compact", "retention.ms", "1")).risks(false))
                .isEmpty();
    }
}
