// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.region.RemoteRecord.Beacon;
import org.nodebridge.registry.region.RemoteRecord.Registration;

class LinkTest {

    private static final UUID FIRST = UUID.randomUUID();
    private static final UUID SECOND = UUID.randomUUID();

    private final Link link = new Link(null, 0, List.of(), 0, false, 1, 0, null, null);

    private static Registration node(UUID history, long revision) {
        return new Registration(history, 0, revision, "n", "{}", null, null);
    }

    private static Beacon beacon(UUID history, long revision, boolean complete) {
        return new Beacon(history, 0, revision, complete, 1, "us", "registry-1");
    }

    @Test
    void sweepsOnlyOnceTheExporterHasSaidThatItToldAllNodes() {
        link.accepts(beacon(FIRST, 5, false));
        link.accepts(node(FIRST, 5));
        assertThat(link.sweeps(() -> 1)).isFalse();

        link.accepts(beacon(FIRST, 5, true));
        assertThat(link.sweeps(() -> 1)).isTrue();
        link.swept();
        assertThat(link.sweeps(() -> 1)).as("once for each generation").isFalse();
        assertThat(link.saidRegion()).isEqualTo("us");
        assertThat(link.registryId()).isEqualTo("registry-1");
    }

    @Test
    void beginsAnotherGenerationWithAnotherHistoryAndNeverGoesBackToOneThatWas() {
        link.accepts(beacon(FIRST, 900, true));
        link.swept();
        assertThat(link.accepts(node(SECOND, 3))).isTrue();

        assertThat(link.generation()).isEqualTo(2);
        assertThat(link.revision()).isEqualTo(3);
        assertThat(link.complete()).isFalse();
        assertThat(link.past()).containsExactly(FIRST);
        assertThat(link.accepts(node(FIRST, 901))).isFalse();
        assertThat(link.historyId()).isEqualTo(SECOND);
    }

    @Test
    void isNotCompleteAgainByABeaconOfBeforeWhatIsKnownWhenTheTopicIsReadAgain() {
        link.accepts(beacon(FIRST, 10, true));
        link.accepts(node(FIRST, 20));
        link.swept();
        link.begin();

        link.accepts(beacon(FIRST, 10, true)); // nodes that are still to be read follow it
        assertThat(link.sweeps(() -> 1)).isFalse();
        link.accepts(beacon(FIRST, 20, true));
        assertThat(link.sweeps(() -> 1)).isTrue();
    }

    @Test
    void keepsWhatItKnowsWhileFewerNodesHaveComeThanTheExporterHas() {
        link.accepts(new Beacon(FIRST, 0, 5, true, 3, "us", "registry-1"));

        assertThat(link.sweeps(() -> 2)).as("a mirror that was made anew brings only what is new").isFalse();
        assertThat(link.sweeps(() -> 3)).isTrue();
        link.accepts(new Beacon(FIRST, 0, 6, true, -1, "us", "registry-1"));
        assertThat(link.sweeps(() -> 3)).as("how many there are is not known").isFalse();
    }

    @Test
    void takesNoHistoryOfALowerNumber() {
        link.accepts(new Registration(SECOND, 20, 1, "n", "{}", null, null));

        assertThat(link.accepts(new Registration(FIRST, 19, 900, "n", "{}", null, null))).isFalse();
        assertThat(link.accepts(new Registration(FIRST, 21, 1, "n", "{}", null, null))).isTrue();
    }

    @Test
    void remembersNoMoreThanSomeHistories() {
        for (int i = 0; i < 100; i++) {
            link.accepts(node(UUID.randomUUID(), 1));
        }

        assertThat(link.past()).hasSize(32);
    }
}
