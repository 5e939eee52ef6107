// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WatcherPlacesTest {

    private final WatcherPlaces places = new WatcherPlaces(3, 2);

    @Test
    void oneCallerCannotTakeAllPlaces() {
        places.take("a");
        places.take("a");

        assertThatThrownBy(() -> places.take("a"))
                .isInstanceOfSatisfying(
                        TooManyWatchersException.class, tooMany -> assertThat(tooMany.ofOneCaller()).isTrue());
        places.take("b");
        assertThatThrownBy(() -> places.take("c"))
                .isInstanceOfSatisfying(
                        TooManyWatchersException.class, tooMany -> assertThat(tooMany.ofOneCaller()).isFalse());
    }

    @Test
    void aPlaceThatWasGivenBackCanBeTakenAgain() {
        places.take("a");
        places.take("a");
        places.giveBack("a");
        places.take("a");

        places.giveBack("a");
        places.giveBack("a");

        assertThat(places.taken()).isZero();
    }
}
