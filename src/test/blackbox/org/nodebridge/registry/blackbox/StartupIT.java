// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.ShortLivedJvm;

/** A start that is refused; those that are not are everywhere, two at once in {@link LeaderIT}. */
class StartupIT {

    private static final Duration START = Duration.ofMinutes(5);

    @Test
    void badSettingsAreAllNamedAndEndTheProcess() {
        String password = "pa$$word-of-a-database-that-is-not-there"; // the server would make one dollar sign of two
        LibertyServer liberty = LibertyServer.in(Backends.emptyDirectory("bad-settings"), Map.of(
                "JVM_ARGS", ShortLivedJvm.ARGS,
                "CONSUL_PORT", "notaport",
                "REGISTRY_LEASE_TTL", "soon",
                "REGISTRY_OPERATOR_PASSWORD", Registry.OPERATOR_PASSWORD,
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN,
                "POSTGRES_PASSWORD", password));

        liberty.launchOnly();

        assertThat(liberty.awaitExit(START)).as("exit code, of configuration errors").hasValue(78);
        assertThat(liberty.log())
                .contains("registry.consul.port (CONSUL_PORT) must be a whole number from 1 to 65535")
                .contains("\"notaport\"")
                .contains("registry.lease.ttl must be an ISO-8601 duration")
                .contains("\"soon\"")
                .contains("POSTGRES_PASSWORD must not contain")
                .doesNotContain("word-of-a-database");
        assertThat(Logs.withSecrets(liberty, password)).as("logs with secrets in them").isEmpty();
    }
}
