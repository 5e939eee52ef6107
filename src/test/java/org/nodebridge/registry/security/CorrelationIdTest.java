// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationIdTest {

    private static final String UUID_TEXT = "0c3a6f1d-7b11-4a51-9a52-5ec2e7007c3f";

    @AfterEach
    void end() {
        CorrelationId.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {UUID_TEXT, "a", "job:7/step=2@host.example+x_y-z"})
    void takesWhatIsSafeAnywhere(String id) {
        assertThat(CorrelationId.isSafe(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "a\r", "\u0000", "ä", "\"", "<", "%0a", "{", "a,b", "a;b"})
    void takesNothingElse(String id) {
        assertThat(CorrelationId.isSafe(id)).isFalse();
    }

    @Test
    void putsOnlyAUuidIntoAnEventThatIsReadStrictly() {
        CorrelationId.begin("ticket-7");
        assertThat(CorrelationId.forEvent(false)).isEqualTo("ticket-7");
        assertThat(CorrelationId.forEvent(true)).isNull();

        CorrelationId.begin(UUID_TEXT);
        assertThat(CorrelationId.forEvent(true)).isEqualTo(UUID_TEXT);
    }

    @Test
    void standsBehindALogLineOfTheRequestAndBehindNoOther() {
        CorrelationId.begin("ticket-7");
        assertThat(LogLines.line("done key=1\n")).isEqualTo("done key=1\\u000a correlation_id=ticket-7");

        CorrelationId.end();
        assertThat(LogLines.line("done key=1")).isEqualTo("done key=1");
    }

    @Test
    void goesAlongToTheThreadThatAnswersAndLeavesItAgain() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CorrelationId.begin("ticket-7");
        CompletableFuture<String> answer =
                CorrelationId.keptBy(stage, word -> word + " " + CorrelationId.current()).toCompletableFuture();
        CorrelationId.end();

        stage.complete("done");

        assertThat(answer.join()).isEqualTo("done ticket-7");
        assertThat(CorrelationId.current()).isNull();
    }
}
