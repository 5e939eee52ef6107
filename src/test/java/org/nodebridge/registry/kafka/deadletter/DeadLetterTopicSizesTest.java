// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterTopicSizesTest {

    @Test
    void namesTheTopicsThatTakeLessThanTheRegistrySends() {
        Map<String, Integer> sizes = Map.of("a.dlq", 1_048_588, "b.dlq", 2 << 20, "c.dlq", 4 << 20);

        assertThat(DeadLetterTopicSizes.tooSmall(sizes, 2 << 20)).isEqualTo(Map.of("a.dlq", 1_048_588));
    }
}
