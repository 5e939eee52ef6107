// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsumerEndTest {

    private final ConsumerProgress progress = new ConsumerProgress();

    @Test
    void staysEndedForTheReasonItEndedFirst() {
        progress.ended("the channel has failed");
        progress.ended("the channel was cancelled");
        progress.progressed();

        assertThat(progress.endedBecause()).hasValue("the channel has failed");
    }

    @Test
    void hasCaughtUpAtTheFirstTimeUnlessThatIsYetToCome() {
        Instant first = Instant.parse("2026-01-02T00:00:00Z");
        progress.caughtUp(first);
        progress.caughtUp(first.plusSeconds(5));
        assertThat(progress.caughtUpAt()).hasValue(first);

        progress.caughtUp(first.minusSeconds(86_400));

        assertThat(progress.caughtUpAt()).as("the clock was set back").hasValue(first.minusSeconds(86_400));
    }

    @Test
    void isGoneWhenItDoesNotAnswerForLongAndIsBackWhenItDoes() {
        progress.answered(true, at(0));
        progress.answered(false, at(10));
        progress.answered(false, at(100));
        Duration limit = Duration.ofSeconds(60);

        assertThat(progress.goneLongerThan(limit, at(70))).isFalse();
        assertThat(progress.goneLongerThan(limit, at(71))).isTrue();

        progress.answered(true, at(101));
        assertThat(progress.goneLongerThan(limit, at(1000))).isFalse();
    }

    @Test
    void showsNothingWhereNothingIsLost() {
        assertThat(progress.losses()).isEmpty();

        progress.deadLetterLost("topic-0@7", "TopicAuthorizationException");

        assertThat(progress.losses()).containsEntry("dead_letters_not_written", 1L)
                .containsEntry("last_dead_letter_not_written", "topic-0@7: TopicAuthorizationException");
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
