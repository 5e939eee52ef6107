// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether the breaker before Consul is open, as seen from the calls it lets through or not: Fault Tolerance itself
 * does not tell. So the state is that of the last call; without calls it stays. Safe for many threads.
 */
@ApplicationScoped
public class CatalogCircuit {

    /** The three states of a circuit breaker, as Fault Tolerance names them. */
    public enum CircuitState {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    private final int successesToClose;

    private CircuitState state = CircuitState.CLOSED;
    private int successes;
    private long openings;

    CatalogCircuit() {
        this(1);
    }

    /** @param successesToClose how many calls in turn must succeed before the half-open breaker closes */
    @Inject
    public CatalogCircuit(
            @ConfigProperty(name = "registry.consul.breaker.successes", defaultValue = "2") int successesToClose) {
        this.successesToClose = successesToClose;
    }

    public synchronized CircuitState state() {
        return state;
    }

    /** How often the breaker has opened since the start. */
    public synchronized long openings() {
        return openings;
    }

    /** A call was not let through. */
    synchronized void stopped() {
        if (state != CircuitState.OPEN) {
            openings++;
        }
        state = CircuitState.OPEN;
        successes = 0;
    }

    /** A call was let through and failed: an open breaker that tried one, half-open, opens again by it. */
    synchronized void failed() {
        successes = 0;
        if (state == CircuitState.HALF_OPEN) {
            stopped();
        }
    }

    /** A call was let through and Consul answered. */
    synchronized void answered() {
        if (state == CircuitState.CLOSED) {
            return;
        }
        state = ++successes >= successesToClose ? CircuitState.CLOSED : CircuitState.HALF_OPEN;
    }
}
