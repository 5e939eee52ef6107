// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedRegistryTest {

    private static final Map<String, String> GROUP = Map.of("POSTGRES_PORT", "5432");

    /** {@code ForeignRowsIT} looks whether a server's JVM has them, beside those that the server adds. */
    @Test
    void handsTheOptionsOfTheJvmOn() {
        Map<String, String> settings = EmbeddedRegistry.settings(GROUP, Map.of("JVM_ARGS", "-Xmx256m"), null);

        assertThat(settings).containsEntry("JVM_ARGS", "-Xmx256m").containsEntry("POSTGRES_PORT", "5432");
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of(), null)).doesNotContainKey("JVM_ARGS");
    }

    @Test
    void givesAPasswordOnlyWhereTheEnvironmentHasNoneAndOpensReadsUnlessItSaysOtherwise() {
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of(), "made-up"))
                .containsEntry("REGISTRY_OPERATOR_PASSWORD", "made-up")
                .containsEntry("REGISTRY_ADMIN_PASSWORD", "made-up")
                .containsEntry("REGISTRY_SECURITY_OPEN_READS", "true");
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of("REGISTRY_SECURITY_OPEN_READS", "false"), null))
                .doesNotContainKeys("REGISTRY_OPERATOR_PASSWORD", "REGISTRY_ADMIN_PASSWORD")
                .containsEntry("REGISTRY_SECURITY_OPEN_READS", "false");
    }
}
