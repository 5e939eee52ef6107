// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness of Consul. */
@Readiness
@ApplicationScoped
public class ConsulReadinessCheck implements HealthCheck {

    @Inject
    private ReadinessAnswer answer;

    @Override
    public HealthCheckResponse call() {
        return answer.about("consul");
    }
}
