// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;

/**
 * The one circuit breaker before Consul. Fault Tolerance has one for each method; so every call is made by this method,
 * and a read that comes once a minute is held back by the breaker that writes have opened, and counts with them. Safe
 * for many threads; must be called through its proxy.
 */
@ApplicationScoped
public class ConsulBreaker {

    /**
     * Makes a call, unless the breaker is open.
     *
     * @throws org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException when it is
     */
    @CircuitBreaker(failOn = CatalogUnavailableException.class, skipOn = CatalogRefusedException.class)
    public <T> T call(Supplier<T> call) {
        return call.get();
    }
}
