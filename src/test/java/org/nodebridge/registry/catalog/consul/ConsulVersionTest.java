// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsulVersionTest {

    @ParameterizedTest
    @CsvSource({
        "1.8.7, 64", "1.13.9, 64", "1.14.0, 128", "1.14.0-beta1, 128", "1.21.3+ent, 128", "2.0.0, 128",
        "1.8.7+dfsg1, 64", "'', 64", "unknown, 64", "1, 64"
    })
    void tellsHowManyOperationsATransactionMayHave(String version, int operations) {
        assertThat(ConsulVersion.parse(version).mostOperations()).isEqualTo(operations);
    }
}
