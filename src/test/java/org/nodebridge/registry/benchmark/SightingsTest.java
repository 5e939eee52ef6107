// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SightingsTest {

    private final Sightings sightings = new Sightings(100, 4);

    @Test
    void keepsTheFirstTimeOfEachChange() {
        sightings.see(100, 100);
        sightings.see(100, 200);
        sightings.see(101, 300);

        assertThat(sightings.at(0)).isEqualTo(100);
        assertThat(sightings.at(1)).isEqualTo(300);
        assertThat(sightings.count()).isEqualTo(2);
    }

    @Test
    void countsWhatANewerOneHasOvertakenAsSeenWithIt() {
        sightings.see(102, 500);

        assertThat(sightings.at(0)).isEqualTo(500);
        assertThat(sightings.at(2)).isEqualTo(500);
        assertThat(sightings.count()).isEqualTo(3);
    }

    @Test
    void passesOverWhatIsOlderAndWhatIsNoneOfItsChanges() {
        sightings.see(99, 400);
        assertThat(sightings.count()).isZero();

        sightings.see(103, 500);
        sightings.see(101, 900);
        sightings.see(109, 900);

        assertThat(sightings.at(1)).isEqualTo(500);
        assertThat(sightings.count()).isEqualTo(4);
    }
}
