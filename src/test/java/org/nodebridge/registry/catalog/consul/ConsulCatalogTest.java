// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.consul.CatalogCircuit.CircuitState;
import org.nodebridge.registry.health.ComponentDefects;

class ConsulCatalogTest {

    private final CatalogCircuit circuit = new CatalogCircuit(1);
    private final ComponentDefects defects = Samples.defects();

    /** Takes ten changes at a time and does with each transaction what the test says. */
    private static final class RecordingClient implements ConsulClient {

        private final List<Set<String>> calls = new CopyOnWriteArrayList<>();
        private final Consumer<Set<String>> behaviour;

        RecordingClient(Consumer<Set<String>> behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public int transactionSize() {
            return 10;
        }

        @Override
        public int transactionsAtOnce() {
            return 4;
        }

        @Override
        public void apply(List<CatalogChange> transaction) {
            Set<String> nodes = transaction.stream().map(CatalogChange::nodeId).collect(toSet());
            calls.add(nodes);
            behaviour.accept(nodes);
        }

        @Override
        public Map<String, EntryDecisions> decisions(List<String> nodeIds) {
            return Map.of();
        }

        @Override
        public Map<String, String> cordons(int most) {
            return Map.of();
        }

        @Override
        public String leader() {
            return "";
        }

        @Override
        public CatalogInstances instances(Predicate<CatalogInstance> expected) {
            return CatalogInstances.of(Stream.empty(), expected);
        }

        @Override
        public Optional<CatalogInstance> instance(String nodeId) {
            return Optional.empty();
        }

        @Override
        public Optional<CatalogInstance> sidecar(String nodeId) {
            return Optional.empty();
        }

        @Override
        public List<CatalogInstance> strays() {
            return List.of();
        }

        @Override
        public Map<CatalogInstance, String> remove(List<CatalogInstance> instances) {
            return Map.of();
        }

        @Override
        public long raise(String key, long value) {
            return value;
        }

        @Override
        public boolean forget(String key, long number) {
            return false;
        }

        @Override
        public boolean mayHaveEntries(String installation) {
            return false;
        }

        @Override
        public Map<String, Long> notes(String key) {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private CatalogOutcome write(RecordingClient client, List<CatalogChange> changes) {
        return new ConsulCatalog(new GuardedConsul(client), circuit, null, Samples.OWNER, defects).write(changes);
    }

    private static Set<String> ids(List<CatalogChange> changes) {
        return changes.stream().map(CatalogChange::nodeId).collect(toSet());
    }

    @Test
    void asksNothingOfConsulForNoChanges() {
        RecordingClient client = new RecordingClient(nodes -> {});

        assertThat(write(client, List.of())).isEqualTo(CatalogOutcome.NOTHING);
        assertThat(client.calls).isEmpty();
    }

    @Test
    void splitsChangesIntoTransactionsOfTheLanesSize() {
        RecordingClient client = new RecordingClient(nodes -> {});

        CatalogOutcome outcome = write(client, Samples.registers(25));

        assertThat(client.calls).extracting(Set::size).containsExactly(10, 10, 5);
        assertThat(outcome.applied()).isEqualTo(ids(Samples.registers(25)));
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.unavailableReason()).isNull();
    }

    @Test
    void refusesOnlyWhatConsulNames() {
        RecordingClient client = new RecordingClient(nodes -> {
            if (nodes.contains("node-3")) {
                throw new CatalogRefusedException("refused", Map.of("node-3", "bad meta"));
            }
        });

        CatalogOutcome outcome = write(client, Samples.registers(10));

        assertThat(outcome.refused()).containsExactly(Map.entry("node-3", "bad meta"));
        assertThat(outcome.applied()).hasSize(9).doesNotContain("node-3");
        assertThat(client.calls).extracting(Set::size).containsExactly(10, 9);
    }

    @Test
    void findsTheBadOnesByHalvesWhenConsulNamesNone() {
        Set<String> bad = Set.of("node-0", "node-7");
        RecordingClient client = new RecordingClient(nodes -> {
            if (nodes.stream().anyMatch(bad::contains)) {
                throw new CatalogRefusedException("too large");
            }
        });

        CatalogOutcome outcome = write(client, Samples.registers(10));

        assertThat(outcome.refused()).containsOnlyKeys("node-0", "node-7").containsEntry("node-7", "too large");
        assertThat(outcome.applied()).hasSize(8);
        assertThat(outcome.unavailable()).isEmpty();
    }

    @Test
    void blamesNoNodeForATokenThatFallsShort() {
        RecordingClient client = new RecordingClient(nodes -> {
            throw CatalogRefusedException.ofAll("Permission denied", nodes);
        });

        CatalogOutcome outcome = write(client, Samples.registers(10));

        assertThat(client.calls).hasSize(1);
        assertThat(outcome.refused()).isEmpty();
        assertThat(outcome.unavailable()).hasSize(10);
        assertThat(outcome.reasonFor("node-9")).isEqualTo("Permission denied");
        assertThat(defects.recent("consul")).hasValue("a defect: Permission denied");
    }

    @Test
    void beginsNothingMoreOnceConsulIsUnavailable() {
        RecordingClient client = new RecordingClient(nodes -> {
            if (nodes.contains("node-10")) {
                throw new CatalogUnavailableException("connection refused");
            }
        });

        CatalogOutcome outcome = write(client, Samples.registers(50));

        assertThat(client.calls).hasSize(2);
        assertThat(outcome.applied()).isEqualTo(ids(Samples.registers(10)));
        assertThat(outcome.unavailable()).hasSize(40);
        assertThat(outcome.unavailableReason()).isEqualTo("connection refused");
        assertThat(outcome.complete()).isFalse();
    }

    @Test
    void stopsSearchingWhenConsulBecomesUnavailable() {
        RecordingClient client = new RecordingClient(nodes -> {
            if (nodes.size() == 10) {
                throw new CatalogRefusedException("too large");
            }
            throw new CatalogUnavailableException("gone");
        });

        CatalogOutcome outcome = write(client, Samples.registers(10));

        assertThat(client.calls).hasSize(2);
        assertThat(outcome.refused()).isEmpty();
        assertThat(outcome.unavailable()).hasSize(10);
    }

    @Test
    void takesWhatFaultToleranceThrowsForUnavailable() {
        CatalogOutcome timedOut = write(new RecordingClient(nodes -> {
            throw new TimeoutException();
        }), Samples.registers(3));

        assertThat(timedOut.unavailable()).hasSize(3);
        assertThat(timedOut.unavailableReason()).contains("registry.consul.timeout");
        assertThat(write(new RecordingClient(nodes -> {
            throw new BulkheadException();
        }), Samples.registers(3)).unavailable()).hasSize(3);
        assertThat(defects.recent("consul")).isEmpty();
    }

    @Test
    void reportsAnExceptionOfOurOwnAsADefect() {
        CatalogOutcome outcome = write(new RecordingClient(nodes -> {
            throw new IllegalStateException("ours");
        }), Samples.registers(3));

        assertThat(outcome.unavailable()).hasSize(3);
        assertThat(defects.recent("consul")).get().asString().contains("IllegalStateException");
    }

    @Test
    void seesTheBreakerOpenAndCloseAgain() {
        write(new RecordingClient(nodes -> {
            throw new CircuitBreakerOpenException("open");
        }), Samples.registers(1));
        assertThat(circuit.state()).isEqualTo(CircuitState.OPEN);

        write(new RecordingClient(nodes -> {}), Samples.registers(1));
        assertThat(circuit.state()).isEqualTo(CircuitState.CLOSED);
    }
}
