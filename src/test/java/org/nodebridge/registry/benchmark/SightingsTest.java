package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SightingsTest {

    private final Sightings sightings = new Sightings(4);

    @Test
    void keepsTheFirstTimeOfEachChange() {
        sightings.see(0, 100);
        sightings.see(0, 200);
        sightings.see(1, 300);

        assertThat(sightings.at(0)).isEqualTo(100);
        assertThat(sightings.at(1)).isEqualTo(300);
        assertThat(sightings.count()).isEqualTo(2);
    }

    @Test
    void countsWhatANewerOneHasOvertakenAsSeenWithIt() {
        sightings.see(2, 500);

        assertThat(sightings.at(0)).isEqualTo(500);
        assertThat(sightings.at(2)).isEqualTo(500);
        assertThat(sightings.count()).isEqualTo(3);
    }

    @Test
    void passesOverWhatIsOlderAndWhatIsNoneOfItsChanges() {
        sightings.see(3, 500);
        sightings.see(1, 900);
        sightings.see(9, 900);

        assertThat(sightings.at(1)).isEqualTo(500);
        assertThat(sightings.count()).isEqualTo(4);
    }
}
