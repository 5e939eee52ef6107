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
        Map<String, String> settings = EmbeddedRegistry.settings(GROUP, Map.of("JVM_ARGS", "-Xmx256m"), null, 1);

        assertThat(settings).containsEntry("JVM_ARGS", "-Xmx256m").containsEntry("POSTGRES_PORT", "5432");
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of(), null, 1)).doesNotContainKey("JVM_ARGS");
    }

    @Test
    void givesAPasswordOnlyWhereTheEnvironmentHasNoneAndOpensReadsUnlessItSaysOtherwise() {
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of(), "made-up", 1))
                .containsEntry("REGISTRY_OPERATOR_PASSWORD", "made-up")
                .containsEntry("REGISTRY_ADMIN_PASSWORD", "made-up")
                .containsEntry("REGISTRY_SECURITY_OPEN_READS", "true");
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of("REGISTRY_SECURITY_OPEN_READS", "false"), null, 1))
                .doesNotContainKeys("REGISTRY_OPERATOR_PASSWORD", "REGISTRY_ADMIN_PASSWORD")
                .containsEntry("REGISTRY_SECURITY_OPEN_READS", "false");
    }

    @Test
    void listensForXdsOnLoopbackUnlessTheEnvironmentHasAPortForIt() {
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of(), null, 18_000))
                .containsEntry("REGISTRY_XDS_PORT", "18000")
                .containsEntry("REGISTRY_XDS_HOST", "127.0.0.1")
                .containsEntry("REGISTRY_XDS_INSECURE", "true");
        assertThat(EmbeddedRegistry.settings(GROUP, Map.of("REGISTRY_XDS_PORT", "0"), null, 18_000))
                .doesNotContainKeys("REGISTRY_XDS_PORT", "REGISTRY_XDS_HOST", "REGISTRY_XDS_INSECURE");
    }
}
