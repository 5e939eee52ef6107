// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.security.HealthDetails;

/**
 * Turns a component's health into a readiness answer: a component named in {@code registry.health.critical} is DOWN
 * when it is unhealthy; any other stays UP with {@code state: degraded} and the reason, since the registry goes on
 * without it. Reasons and details, which name hosts and brokers, are for callers who may read.
 */
@ApplicationScoped
public class ReadinessAnswer {

    @Inject
    private ComponentMonitor monitor;

    @Inject
    private RegistrySettings settings;

    HealthCheckResponse about(String component) {
        ComponentHealth health = monitor.health(component);
        boolean down = isDown(health, settings.isCritical(component));
        HealthCheckResponseBuilder answer = HealthCheckResponse.named(component)
                .status(!down)
                .withData("state", state(health, down));
        if (HealthDetails.shown()) {
            answer.withData("message", health.message());
            health.details().forEach((name, value) -> answer.withData(name, String.valueOf(value)));
        }
        return answer.build();
    }

    /** Before the first contact has ended too, critical or not: the first request after it is to find both stores. */
    static boolean isDown(ComponentHealth health, boolean critical) {
        return !health.asked() || health.state() == State.UNHEALTHY && critical;
    }

    /** DOWN whether it is critical or not: no more of its work is done until the process is started again. */
    HealthCheckResponse ended(String component, String reason) {
        return HealthCheckResponse.named(component)
                .down()
                .withData("state", "ended")
                .withData("message", "no record is read any more, and the process must be started again: " + reason)
                .build();
    }

    private static String state(ComponentHealth health, boolean down) {
        return health.state() == State.UNHEALTHY && !down ? State.DEGRADED.wireName() : health.state().wireName();
    }
}
