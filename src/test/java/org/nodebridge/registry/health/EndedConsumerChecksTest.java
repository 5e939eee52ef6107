// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;

class EndedConsumerChecksTest {

    private static final String REASON = "the channel has failed: IllegalStateException";

    private final ConsumerProgress progress = new ConsumerProgress();
    private final RegistrySettings nothingCritical = RegistrySettings.read(
            key -> key.equals("registry.health.critical") ? Optional.of("postgres") : Optional.empty());
    private final ConsumerLivenessCheck liveness = new ConsumerLivenessCheck(progress, nothingCritical);
    private final KafkaReadinessCheck readiness = new KafkaReadinessCheck(new Healthy(), progress);

    @BeforeAll
    static void answerWithoutAServer() {
        HealthCheckResponse.setResponseProvider(Answer::new);
    }

    @Test
    void livenessAndReadinessAreUpWhileTheConsumerGoesOn() {
        assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
        assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void livenessIsDownWithTheReasonOnceTheConsumerHasEnded() {
        progress.ended(REASON);
        HealthCheckResponse answer = liveness.call();

        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("state", "ended").containsEntry("reason", REASON);
    }

    @Test
    void readinessIsDownWithTheReasonOnceTheConsumerHasEndedEvenWhereKafkaIsNotCritical() {
        progress.ended(REASON);
        HealthCheckResponse answer = readiness.call();

        assertThat(answer.getName()).isEqualTo("kafka");
        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("state", "ended");
        assertThat(answer.getData().orElseThrow().get("message")).asString().contains(REASON, "started again");
    }

    @Test
    void noLaterProgressMakesAnEndedConsumerLiveAgain() {
        progress.ended(REASON);
        progress.progressed();
        progress.answered(true, System.nanoTime());

        assertThat(liveness.call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void livenessIsDownWhileTheConsumerMakesNoProgressThoughItCould() {
        progress.observed(true, System.nanoTime() - Duration.ofMinutes(3).toNanos());
        HealthCheckResponse answer = liveness.call();
        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("state", "stalled");

        progress.progressed();
        assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
        progress.observed(true, System.nanoTime() - Duration.ofMinutes(3).toNanos());
        progress.observed(false, System.nanoTime());
        assertThat(liveness.call().getStatus()).as("as it waits for a store").isEqualTo(Status.UP);
    }

    /** Its polling thread may have waited for the broker already while that still answered others. */
    @Test
    void livenessIsUpWhileTheBrokerDoesNotAnswer() {
        long before = System.nanoTime() - Duration.ofMinutes(3).toNanos();
        progress.answered(false, before);
        assertThat(liveness.call().getData().orElseThrow()).containsEntry("state", "gone");

        progress.brokerUnavailable();

        assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
        progress.observed(true, before);
        progress.brokerUnavailable();
        assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
    }

    private static final class Healthy extends ReadinessAnswer {

        @Override
        HealthCheckResponse about(String component) {
            return HealthCheckResponse.named(component).up().build();
        }
    }

    /** What the server would bring. */
    private static final class Answer extends HealthCheckResponseBuilder {

        private final Map<String, Object> data = new HashMap<>();
        private String name;
        private Status status;

        @Override
        public HealthCheckResponseBuilder name(String given) {
            name = given;
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, String value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, long value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, boolean value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder up() {
            return status(true);
        }

        @Override
        public HealthCheckResponseBuilder down() {
            return status(false);
        }

        @Override
        public HealthCheckResponseBuilder status(boolean up) {
            status = up ? Status.UP : Status.DOWN;
            return this;
        }

        @Override
        public HealthCheckResponse build() {
            return new HealthCheckResponse(name, status, Optional.of(data));
        }
    }
}
