// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness of Kafka. DOWN for good, whether critical or not, once the consumer has ended. */
@Readiness
@ApplicationScoped
public class KafkaReadinessCheck implements HealthCheck {

    private final ReadinessAnswer answer;
    private final ConsumerProgress progress;

    @Inject
    public KafkaReadinessCheck(ReadinessAnswer answer, ConsumerProgress progress) {
        this.answer = answer;
        this.progress = progress;
    }

    KafkaReadinessCheck() {
        this(null, null); // for the client proxy
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> ended = progress.endedBecause();
        return ended.isPresent() ? answer.ended("kafka", ended.get()) : answer.about("kafka");
    }
}
