// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.region.RemoteRecord.Beacon;
import org.nodebridge.registry.region.RemoteRecord.Registration;
import org.nodebridge.registry.region.RemoteRecord.Unreadable;

class LinkTest {

    private static final UUID FIRST = UUID.randomUUID();
    private static final UUID SECOND = UUID.randomUUID();

    private static final long NOW = 1_790_000_000_000L;

    private final Link link = new Link(null, 0, List.of(), 0, false, 1, 0, null, null);

    private static Registration node(UUID history, long revision) {
        return new Registration(history, 0, revision, "n", "{}", null, null);
    }

    private static Beacon beacon(UUID history, long revision, boolean complete) {
        return new Beacon(history, 0, revision, complete, 1, "us", "registry-1");
    }

    private boolean accepts(RemoteRecord record) {
        return link.accepts(record, NOW);
    }

    @Test
    void sweepsOnlyOnceTheExporterHasSaidThatItPublishedAllNodes() {
        accepts(beacon(FIRST, 5, false));
        accepts(node(FIRST, 5));
        assertThat(link.sweeps(() -> 1)).isFalse();

        accepts(beacon(FIRST, 5, true));
        assertThat(link.sweeps(() -> 1)).isTrue();
        link.swept();
        assertThat(link.sweeps(() -> 1)).as("once for each generation").isFalse();
        assertThat(link.saidRegion()).isEqualTo("us");
        assertThat(link.registryId()).isEqualTo("registry-1");
    }

    @Test
    void beginsAnotherGenerationWithAnotherHistoryAndNeverGoesBackToOneThatWas() {
        accepts(beacon(FIRST, 900, true));
        link.swept();
        assertThat(accepts(node(SECOND, 3))).isTrue();

        assertThat(link.generation()).isEqualTo(2);
        assertThat(link.revision()).isEqualTo(3);
        assertThat(link.complete()).isFalse();
        assertThat(link.past()).containsExactly(FIRST);
        assertThat(accepts(node(FIRST, 901))).isFalse();
        assertThat(link.historyId()).isEqualTo(SECOND);
    }

    @Test
    void isNotCompleteAgainByABeaconOfBeforeWhatIsKnownWhenTheTopicIsReadAgain() {
        accepts(beacon(FIRST, 10, true));
        accepts(node(FIRST, 20));
        link.swept();
        link.begin();

        accepts(beacon(FIRST, 10, true)); // nodes that are still to be read follow it
        assertThat(link.sweeps(() -> 1)).isFalse();
        accepts(beacon(FIRST, 20, true));
        assertThat(link.sweeps(() -> 1)).isTrue();
    }

    @Test
    void keepsWhatItKnowsWhileFewerNodesHaveComeThanTheExporterHas() {
        accepts(new Beacon(FIRST, 0, 5, true, 3, "us", "registry-1"));

        assertThat(link.sweeps(() -> 2)).as("a mirror that was created again brings only what is new").isFalse();
        assertThat(link.sweeps(() -> 3)).isTrue();
        accepts(new Beacon(FIRST, 0, 6, true, -1, "us", "registry-1"));
        assertThat(link.sweeps(() -> 3)).as("how many there are is not known").isFalse();
    }

    @Test
    void takesNoHistoryOfALowerNumber() {
        accepts(new Registration(SECOND, 20, 1, "n", "{}", null, null));

        assertThat(accepts(new Registration(FIRST, 19, 900, "n", "{}", null, null))).isFalse();
        assertThat(accepts(new Registration(FIRST, 21, 1, "n", "{}", null, null))).isTrue();
    }

    @Test
    void refusesABeaconOfALowerNumberAndIsNotCompleteUntilTheHistoryThatCountsIsHeardAgain() {
        accepts(new Beacon(SECOND, 20, 5, true, 0, "us", "registry-1"));
        link.sweeps(() -> 0);
        link.swept();
        assertThat(accepts(new Registration(FIRST, 19, 900, "n", "{}", null, null))).isFalse();
        assertThat(link.refusal()).as("it stays on the topic where the later history has not got it").isNull();
        assertThat(link.complete()).isTrue();

        assertThat(accepts(new Beacon(FIRST, 19, 900, true, 0, "us", "registry-1"))).isFalse();
        assertThat(link.refusal()).contains("history_number is lower");
        link.sweeps(() -> 0);
        assertThat(link.complete()).isFalse();

        assertThat(accepts(new Beacon(SECOND, 20, 5, true, 7, "us", "registry-1"))).isTrue();
        assertThat(link.refusal()).isNull();
        assertThat(link.sweeps(() -> 0)).isFalse();
        assertThat(link.complete()).as("once swept nobody is asked how many there are").isTrue();
    }

    @Test
    void doesNotRefuseWhatAMirrorBringsAgain() {
        accepts(new Beacon(FIRST, 19, 5, true, 0, "us", "registry-1"));
        accepts(new Beacon(SECOND, 20, 5, true, 0, "us", "registry-1"));

        assertThat(accepts(new Beacon(FIRST, 19, 5, true, 0, "us", "registry-1"))).isFalse();
        assertThat(link.refusal()).isNull();
    }

    @Test
    void refusesANumberThatNoClockHasAndIsNotHeldUpByOneThatItHasTaken() {
        accepts(new Beacon(FIRST, NOW, 5, true, 0, "us", "registry-1"));
        assertThat(accepts(new Registration(SECOND, Long.MAX_VALUE, 1, "n", "{}", null, null))).isFalse();
        assertThat(link.refusal()).contains("ahead of the clock");
        assertThat(link.historyId()).isEqualTo(FIRST);

        Link held = new Link(SECOND, Long.MAX_VALUE, List.of(), 0, true, 1, 1, null, null);
        assertThat(held.accepts(new Registration(FIRST, NOW, 1, "n", "{}", null, null), NOW)).isTrue();
        assertThat(held.past()).containsExactly(SECOND);
    }

    @Test
    void beginsAHistoryWithAnyRecordAsCompactionLeavesTheBeaconBehindAllNodes() {
        accepts(node(FIRST, 5));

        assertThat(accepts(new Unreadable(SECOND, NOW, 6, "n"))).isTrue();
        assertThat(link.historyId()).isEqualTo(SECOND);
        assertThat(link.revision()).isEqualTo(6);
    }

    @Test
    void remembersNoMoreThanSomeHistories() {
        for (int i = 0; i < 100; i++) {
            accepts(node(UUID.randomUUID(), 1));
        }

        assertThat(link.past()).hasSize(32);
    }
}
