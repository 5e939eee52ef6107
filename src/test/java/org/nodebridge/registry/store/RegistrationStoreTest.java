// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.store.jdbc.StoreLockedException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class RegistrationStoreTest {

    private final List<List<OfNode>> written = new ArrayList<>();
    private final List<List<OfNode>> writtenAtOnce = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final List<Map<String, String>> cordonsGiven = new ArrayList<>();
    private boolean seen = true;
    private Predicate<OfNode> bad = event -> false;
    private Predicate<OfNode> stale = event -> false;
    private Set<String> locked = Set.of();
    private final RegistrationStore store = new RegistrationStore(new Postgres());

    @Test
    void writesAllAtOnceWhereNothingIsRefused() {
        StoredEvents done = store.store(nodes(5));

        assertThat(written).hasSize(1);
        assertThat(done.stored().introduced()).hasSize(5);
        assertThat(done.refused()).isEmpty();
    }

    @Test
    void halvesARefusedBatchUntilTheEventAtFaultStandsAlone() {
        List<Introduced> events = nodes(16);
        bad = event -> event.nodeId().equals("n-7");

        StoredEvents done = store.store(events);

        assertThat(done.refused().keySet()).containsExactly(events.get(7));
        assertThat(done.stored().introduced()).hasSize(15).doesNotContainKey("n-7");
        assertThat(done.taken().introductions()).hasSize(15);
        assertThat(written).hasSizeLessThan(16);
    }

    @Test
    void writesAnOlderEventOfTheNodeInThePlaceOfTheRefusedOne() {
        Introduced older = NodeOnTheWire.named("a").introduced(at(1));
        Introduced newer = NodeOnTheWire.named("a").introduced(at(2));
        bad = event -> event == newer;

        StoredEvents done = store.store(List.of(older, newer));

        assertThat(done.refused()).containsOnlyKeys(newer);
        assertThat(done.taken().introductions()).containsExactly(older);
    }

    @Test
    void endsWhereEqualEventsThatGotTheirTypeFromAnotherOneAreRefused() {
        Introduced introduced = NodeOnTheWire.named("a").introduced(at(1));
        Departed one = NodeOnTheWire.named("a").departedWithoutType(at(2));
        Departed equal = new Departed(
                one.nodeId(), one.type(), one.reason(), one.restartExpected(), one.restartDelay(), one.version(),
                one.receivedAt(), one.correlationId(), one.leniencies(), one.actor());
        bad = Departed.class::isInstance;

        StoredEvents done = store.store(List.of(introduced, one, equal));

        assertThat(done.refused()).hasSize(2);
        assertThat(done.taken().introductions()).containsExactly(introduced);
    }

    @Test
    void writesEventsOfDifferentEpochsOneAfterTheOtherAndTellsOfTheLast() {
        NodeOnTheWire node = NodeOnTheWire.named("a");
        Introduced first = node.introduced(at(2L, 1));
        Introduced second = node.introduced(at(2));
        Introduced third = node.introduced(at(1L, 3));
        Introduced other = NodeOnTheWire.named("b").introduced(at(5));

        StoredEvents done = store.store(List.of(first, other, second, third));

        assertThat(written).containsExactly(List.of(first, other), List.of(second), List.of(third));
        assertThat(done.taken().introductions()).containsExactly(other, third);
    }

    @Test
    void tellsOfTheEarlierEventWhereALaterOneOfALowerEpochIsStale() {
        NodeOnTheWire node = NodeOnTheWire.named("a");
        Introduced first = node.introduced(at(5L, 1));
        Introduced late = node.introduced(at(4L, 2));
        stale = event -> event == late;

        StoredEvents done = store.store(List.of(first, late));

        assertThat(done.taken().introductions()).containsExactly(first);
        assertThat(done.stored().of("a").outcome()).isEqualTo(Outcome.CREATED);
    }

    @Test
    void writesTheRoundsBehindALockedRowWithoutWaitingAndNoNodeOutOfOrder() {
        locked = Set.of("a");
        Introduced node = NodeOnTheWire.named("b").introduced(at(1L, 1));
        Introduced again = NodeOnTheWire.named("b").introduced(at(2L, 2));
        Heartbeat other = NodeOnTheWire.named("c").heartbeat(at(1), HealthStatus.HEALTHY);

        assertThatThrownBy(
                () -> store.store(List.of(NodeOnTheWire.named("a").introduced(at(1)), node, again, other)))
                .isInstanceOf(StoreLockedException.class);

        assertThat(written).hasSize(1);
        assertThat(writtenAtOnce).containsExactly(List.of(node), List.of(other));
    }

    @Test
    void leavesAnOutageToTheCaller() {
        bad = event -> {
            throw new StoreUnavailableException("unavailable", null);
        };

        assertThatThrownBy(() -> store.store(nodes(2))).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void writesAllOthersWhereARowIsLockedByAnotherSession() {
        locked = Set.of("n-1");

        assertThatThrownBy(() -> store.store(nodes(4))).isInstanceOf(StoreLockedException.class);

        assertThat(written).hasSize(1);
        assertThat(writtenAtOnce.get(0)).extracting(OfNode::nodeId).containsExactly("n-0", "n-2", "n-3");
    }

    /** As one that it has inserted and not committed. */
    @Test
    void writesAllOthersWhereALockedRowIsSeenByNobodyAndWaitsOnce() {
        locked = Set.of("n-1", "n-3");
        seen = false;

        assertThatThrownBy(() -> store.store(nodes(9))).isInstanceOf(StoreLockedException.class);

        assertThat(written).as("with patience").hasSize(1);
        assertThat(taken).containsExactlyInAnyOrder("n-0", "n-2", "n-4", "n-5", "n-6", "n-7", "n-8");
    }

    @Test
    void writesAllOthersWhereARowIsLockedAndAnotherRefused() {
        locked = Set.of("n-1");
        bad = event -> event.nodeId().equals("n-2");

        assertThatThrownBy(() -> store.store(nodes(4))).isInstanceOf(StoreLockedException.class);

        assertThat(taken).containsExactlyInAnyOrder("n-0", "n-3");
    }

    @Test
    void givesLostCordonsToEachPartOfABatchThatIsHalvedOrWrittenWithoutALockedRow() {
        Map<String, String> cordons = Map.of("n-3", "under repair");
        locked = Set.of("n-1");
        bad = event -> event.nodeId().equals("n-2");

        assertThatThrownBy(() -> store.store(nodes(4), cordons)).isInstanceOf(StoreLockedException.class);
        locked = Set.of();
        store.store(nodes(4), cordons);

        assertThat(cordonsGiven).hasSizeGreaterThan(4).containsOnly(cordons);
    }

    private static List<Introduced> nodes(int count) {
        return IntStream.range(0, count).mapToObj(i -> NodeOnTheWire.named("n-" + i).introduced(at(1))).toList();
    }

    private final class Postgres extends RegistrationBatchRepository {

        @Override
        public Set<String> locked(Collection<String> nodeIds) {
            return nodeIds.stream().filter(id -> seen && locked.contains(id)).collect(Collectors.toSet());
        }

        @Override
        public StoredBatch storeAtOnce(RegistrationBatch batch, Map<String, String> cordons) {
            cordonsGiven.add(cordons);
            writtenAtOnce.add(batch.events());
            StoredBatch stored = stored(batch);
            batch.events().forEach(event -> taken.add(event.nodeId()));
            return stored;
        }

        @Override
        public StoredBatch store(RegistrationBatch batch, Map<String, String> cordons) {
            cordonsGiven.add(cordons);
            written.add(batch.events());
            return stored(batch);
        }

        private StoredBatch stored(RegistrationBatch batch) {
            if (batch.events().stream().anyMatch(event -> locked.contains(event.nodeId()))) {
                throw new StoreLockedException("locked", null);
            }
            if (batch.events().stream().anyMatch(bad)) {
                throw new StoreRefusedException("refused", null);
            }
            Map<String, StoredEvent> introduced = new LinkedHashMap<>();
            batch.introductions().forEach(event -> introduced.put(event.nodeId(),
                    new StoredEvent(event.nodeId(), stale.test(event) ? Outcome.STALE : Outcome.CREATED, null, 1, true,
                            "passing")));
            return new StoredBatch(introduced, Map.of(), Map.of());
        }
    }
}
