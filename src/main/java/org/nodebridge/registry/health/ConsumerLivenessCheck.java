// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * Fails only for a consumer that has ended, or that makes no progress, or does not answer, for {@code
 * registry.health.stalled-after} although Kafka is there and PostgreSQL does all it is asked; a restart may help then,
 * and only then.
 */
@Liveness
@ApplicationScoped
public class ConsumerLivenessCheck implements HealthCheck {

    private final ConsumerProgress progress;
    private final RegistrySettings settings;

    @Inject
    public ConsumerLivenessCheck(ConsumerProgress progress, RegistrySettings settings) {
        this.progress = progress;
        this.settings = settings;
    }

    ConsumerLivenessCheck() {
        this(null, null); // for the client proxy
    }

    @Override
    public HealthCheckResponse call() {
        long now = System.nanoTime();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("consumer");
        Optional<String> ended = progress.endedBecause();
        if (ended.isPresent()) {
            return answer.down().withData("state", "ended").withData("reason", ended.get()).build();
        }
        if (progress.goneLongerThan(settings.stalledAfter(), now)) {
            return answer.down().withData("state", "gone").withData("reason", "the consumer does not answer").build();
        }
        boolean stalled = progress.stalledLongerThan(settings.stalledAfter(), now);
        return answer.status(!stalled).withData("state", stalled ? "stalled" : "moving").build();
    }
}
