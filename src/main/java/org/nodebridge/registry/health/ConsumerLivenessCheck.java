// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * Fails only for a consumer that makes no progress for {@code registry.health.stalled-after} although there is lag and
 * Kafka and PostgreSQL are there; a restart may help then, and only then.
 */
@Liveness
@ApplicationScoped
public class ConsumerLivenessCheck implements HealthCheck {

    @Inject
    private ConsumerProgress progress;

    @Inject
    private RegistrySettings settings;

    @Override
    public HealthCheckResponse call() {
        boolean stalled = progress.stalledLongerThan(settings.stalledAfter(), Instant.now());
        return HealthCheckResponse.named("consumer")
                .status(!stalled)
                .withData("state", stalled ? "stalled" : "moving")
                .build();
    }
}
