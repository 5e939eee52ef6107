// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeWindowTest {

    private final ChangeWindow window = new ChangeWindow(5, 1_000_000);

    @Test
    void givesWhatComesAfterARevision() {
        window.begin(10);
        window.append(Changes.of(11, 14));

        assertThat(window.after(12, 9, 1_000_000))
                .hasValueSatisfying(found -> assertThat(Changes.ids(found)).containsExactly(13L, 14L));
        assertThat(window.after(10, 2, 1_000_000))
                .hasValueSatisfying(found -> assertThat(Changes.ids(found)).containsExactly(11L, 12L));
    }

    @Test
    void hasNothingYetForOneWhoIsAtTheEndOrAheadOfIt() {
        window.begin(10);
        window.append(Changes.of(11, 12));

        assertThat(window.after(12, 9, 1_000_000)).contains(List.of());
        assertThat(window.after(15, 9, 1_000_000)).contains(List.of());
    }

    @Test
    void isTooLateForOneWhoWantsWhatWasDropped() {
        window.begin(10);
        window.append(Changes.of(11, 17));

        assertThat(window.after(11, 9, 1_000_000)).isEmpty();
        assertThat(window.after(12, 9, 1_000_000)).hasValueSatisfying(
                found -> assertThat(Changes.ids(found)).containsExactly(13L, 14L, 15L, 16L, 17L));
    }

    @Test
    void hasNothingForOneWhoWantsWhatItNeverHad() {
        window.begin(10);
        window.append(Changes.of(11, 12));

        assertThat(window.after(9, 9, 1_000_000)).isEmpty();
    }

    @Test
    void dropsTheOldestWhenAllTogetherAreTooLarge() {
        ChangeWindow small = new ChangeWindow(100, 3L * Changes.of(11).size());
        small.begin(10);
        small.append(Changes.of(11, 15));

        assertThat(small.after(11, 9, 1_000_000)).isEmpty();
        assertThat(small.after(12, 9, 1_000_000)).hasValueSatisfying(
                found -> assertThat(Changes.ids(found)).containsExactly(13L, 14L, 15L));
    }

    @Test
    void keepsTheNewestHoweverLarge() {
        ChangeWindow small = new ChangeWindow(100, 1);
        small.begin(10);
        small.append(Changes.of(11, 12));

        assertThat(small.after(11, 9, 1_000_000))
                .hasValueSatisfying(found -> assertThat(Changes.ids(found)).containsExactly(12L));
    }

    @Test
    void takesNoGapAndNoRepeat() {
        window.begin(10);
        window.append(Changes.of(11, 12));

        assertThatThrownBy(() -> window.append(Changes.of(14, 14))).hasMessage("revision 14 does not follow 12");
        assertThatThrownBy(() -> window.append(Changes.of(12, 12))).hasMessage("revision 12 does not follow 12");
    }

    @Test
    void givesAsManyAsFitIntoTheBytesAndOneAtLeast() {
        window.begin(10);
        window.append(Changes.of(11, 14));
        long size = Changes.of(11).size();

        assertThat(window.after(10, 9, 2 * size)).hasValueSatisfying(found -> assertThat(found).hasSize(2));
        assertThat(window.after(10, 9, 1)).hasValueSatisfying(found -> assertThat(found).hasSize(1));
    }
}
