// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.http.TooMuchAtOnceException;

class DeadLetterReadsTest {

    private final DeadLetterReads reads = new DeadLetterReads(2, Duration.ofMillis(100));

    @Test
    void letsNoMoreCallersReadAtTheSameTimeThanMay() {
        String read = reads.read(() -> reads.read(() -> {
            assertThatThrownBy(() -> reads.read(() -> "third")).isInstanceOf(TooMuchAtOnceException.class)
                    .hasMessage("others read dead letters; ask again a little later");
            return "second";
        }));

        assertThat(read).isEqualTo("second");
        assertThat(reads.read(() -> reads.read(() -> "again"))).isEqualTo("again");
    }

    @Test
    void givesThePlaceBackWhenReadingFails() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> reads.read(() -> {
                throw new IllegalStateException("no Kafka");
            })).isInstanceOf(IllegalStateException.class);
        }
        assertThat(reads.read(() -> "read")).isEqualTo("read");
    }
}
