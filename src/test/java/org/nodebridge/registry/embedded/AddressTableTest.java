// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressTableTest {

    @Test
    void alignsTheAddresses() {
        AddressTable table = new AddressTable().row("API", "http://a").row("PostgreSQL", "b:5432");

        assertThat(table.lines()).containsExactly("  API          http://a", "  PostgreSQL   b:5432");
    }

    @Test
    void saysWhichPortWasTaken() {
        AddressTable table = new AddressTable().row("PostgreSQL", "b:15001", 15001, 5432);

        assertThat(table.lines()).containsExactly("  PostgreSQL   b:15001   (5432 was taken)");
    }

    @Test
    void saysNothingOfAPortThatIsTheUsualOne() {
        AddressTable table = new AddressTable().row("PostgreSQL", "b:5432", 5432, 5432);

        assertThat(table.lines()).containsExactly("  PostgreSQL   b:5432");
    }
}
