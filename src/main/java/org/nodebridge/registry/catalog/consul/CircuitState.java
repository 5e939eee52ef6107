// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

/** The three states of a circuit breaker, as Fault Tolerance names them. */
public enum CircuitState {
    CLOSED("closed"),
    HALF_OPEN("half-open"),
    OPEN("open");

    private final String wireName;

    CircuitState(String wireName) {
        this.wireName = wireName;
    }

    /** The name shown in health, metrics and logs. */
    public String wireName() {
        return wireName;
    }
}
