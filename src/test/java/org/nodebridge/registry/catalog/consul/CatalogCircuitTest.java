// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.consul.CatalogCircuit.CircuitState;

class CatalogCircuitTest {

    private final CatalogCircuit circuit = new CatalogCircuit(2);

    @Test
    void staysClosedWhileCallsAreLetThrough() {
        circuit.failed();
        circuit.answered();

        assertThat(circuit.state()).isEqualTo(CircuitState.CLOSED);
        assertThat(circuit.openings()).isZero();
    }

    @Test
    void isOpenOnceACallIsNotLetThrough() {
        circuit.stopped();
        circuit.stopped();

        assertThat(circuit.state()).isEqualTo(CircuitState.OPEN);
        assertThat(circuit.openings()).isEqualTo(1);
    }

    @Test
    void isHalfOpenUntilEnoughCallsSucceeded() {
        circuit.stopped();

        circuit.answered();
        assertThat(circuit.state()).isEqualTo(CircuitState.HALF_OPEN);
        circuit.answered();
        assertThat(circuit.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    void opensAgainWhenATryFails() {
        circuit.stopped();
        circuit.answered();

        circuit.failed();

        assertThat(circuit.state()).isEqualTo(CircuitState.OPEN);
        assertThat(circuit.openings()).isEqualTo(2);
    }

    @Test
    void countsSuccessesFromZeroAfterOpeningAgain() {
        circuit.stopped();
        circuit.answered();
        circuit.failed();

        circuit.answered();

        assertThat(circuit.state()).isEqualTo(CircuitState.HALF_OPEN);
    }
}
