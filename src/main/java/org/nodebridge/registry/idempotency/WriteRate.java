// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.security.ReadMethods;

/**
 * Turns writes away that one caller sends faster than {@code registry.http.writes-per-second}. Each replica counts for
 * itself.
 */
@Provider
@ApplicationScoped
@Priority(Priorities.AUTHORIZATION + 100)
public class WriteRate implements ContainerRequestFilter {

    @Inject
    private RegistrySettings settings;

    @Inject
    private RegistryMetrics metrics;

    private final CallerRates rates = new CallerRates(System::nanoTime);

    @Override
    public void filter(ContainerRequestContext request) {
        int perSecond = settings.http().writesPerSecond();
        if (perSecond > 0 && !ReadMethods.isSafe(request.getMethod())
                && !rates.take(Actor.of(request.getSecurityContext()), perSecond)) {
            metrics.requestRefused("too_many_writes");
            request.abortWith(Problem.tooMany("one caller may write " + perSecond + " times a second").response());
        }
    }
}
