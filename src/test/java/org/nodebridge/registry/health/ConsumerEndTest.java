// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsumerEndTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    private final ConsumerProgress progress = new ConsumerProgress();

    @Test
    void staysEndedForTheReasonItEndedFirst() {
        progress.ended("the channel has failed");
        progress.ended("the channel was cancelled");
        progress.progressed();

        assertThat(progress.endedBecause()).hasValue("the channel has failed");
    }

    @Test
    void isGoneWhenItDoesNotAnswerForLongAndIsBackWhenItDoes() {
        progress.answered(true, NOW);
        progress.answered(false, NOW.plusSeconds(10));
        progress.answered(false, NOW.plusSeconds(100));
        Duration limit = Duration.ofSeconds(60);

        assertThat(progress.goneLongerThan(limit, NOW.plusSeconds(70))).isFalse();
        assertThat(progress.goneLongerThan(limit, NOW.plusSeconds(71))).isTrue();

        progress.answered(true, NOW.plusSeconds(101));
        assertThat(progress.goneLongerThan(limit, NOW.plusSeconds(1000))).isFalse();
    }

    @Test
    void showsNothingWhereNothingIsLost() {
        assertThat(progress.losses()).isEmpty();

        progress.deadLetterLost("topic-0@7", "TopicAuthorizationException");

        assertThat(progress.losses()).containsEntry("dead_letters_not_written", 1L)
                .containsEntry("last_dead_letter_not_written", "topic-0@7: TopicAuthorizationException");
    }
}
