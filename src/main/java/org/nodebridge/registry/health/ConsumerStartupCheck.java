// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once the consumer has been let go, whether or not the stores and the broker are there. */
@Startup
@ApplicationScoped
public class ConsumerStartupCheck implements HealthCheck {

    @Inject
    private ConsumerProgress progress;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("consumer").status(progress.hasStarted()).build();
    }
}
