// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.RegistrationBatch;

class OutageRegistrationsTest {

    private static final NodeOnTheWire NODE = NodeOnTheWire.named("a");

    private final List<String> done = new ArrayList<>();

    @TempDir
    Path files;

    @Test
    void writesConsulAndLeavesTheEventOnKafka() throws IOException {
        assertThat(apply("off").status()).isEqualTo(Status.PARTIAL);
        assertThat(done).containsExactly("consul", "kafka");
        assertThat(apply("observe").status()).isEqualTo(Status.PARTIAL);
    }

    @Test
    void claimsNothingThatKafkaCouldNotKeepWhereNodesMustShowWhoTheyAre() throws IOException {
        RegistrationResult result = apply("enforce");

        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.message()).isEqualTo("PostgreSQL is unavailable");
        assertThat(done).isEmpty();
    }

    private RegistrationResult apply(String mode) throws IOException {
        Path keys = Files.writeString(files.resolve("keys.json"), "{\"keys\": []}");
        Map<String, String> values =
                Map.of("registry.identity.mode", mode, "registry.identity.keys-file", keys.toString());
        return new OutageRegistrations(new Ahead(), RegistrySettings.read(key -> Optional.ofNullable(values.get(key))))
                .apply(
                        NODE.introduced(NodeOnTheWire.at(0)), () -> done.add("kafka"),
                        new ResultBuilder(new NoMetrics(), "a"), "PostgreSQL is unavailable");
    }

    private final class Ahead extends OutagePublisher {

        @Override
        CatalogOutcome write(RegistrationBatch batch) {
            done.add("consul");
            return new CatalogOutcome(Set.of("a"), Map.of(), Set.of(), null);
        }
    }

    private static final class NoMetrics extends RegistryMetrics {

        NoMetrics() {
            super(null);
        }

        @Override
        public void registered(String status, Duration time) {
            // nobody looks
        }
    }
}
