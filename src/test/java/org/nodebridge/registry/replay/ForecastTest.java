// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.replay.NewestEvent.Kind.DEPARTED;
import static org.nodebridge.registry.replay.NewestEvent.Kind.HEARTBEAT;
import static org.nodebridge.registry.replay.NewestEvent.Kind.INTRODUCED;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;

class ForecastTest {

    private final NewestEvent stored = event(INTRODUCED, null, 10, "content");
    private final NewestEvent gone = event(DEPARTED, null, 10, "content");

    @Test
    void tellsWhatAnIntroductionWouldDo() {
        NewestEvent newer = event(INTRODUCED, null, 11, "content");

        assertThat(Forecast.of(newer, null)).isEqualTo(Forecast.REGISTER);
        assertThat(Forecast.of(newer, gone)).isEqualTo(Forecast.REGISTER);
        assertThat(Forecast.of(newer, stored)).isEqualTo(Forecast.RENEW);
        assertThat(Forecast.of(event(INTRODUCED, null, 11, "other"), stored)).isEqualTo(Forecast.UPDATE);
        assertThat(Forecast.of(event(INTRODUCED, null, 9, "other"), stored)).isEqualTo(Forecast.STALE);
        assertThat(Forecast.of(event(INTRODUCED, null, 9, "other"), gone)).isEqualTo(Forecast.STALE);
        assertThat(Forecast.of(stored, stored)).isEqualTo(Forecast.UNCHANGED);
    }

    @Test
    void tellsARowThatWasChangedSinceItsEvent() {
        NewestEvent tampered = new NewestEvent("n", INTRODUCED, stored.version(), null, "tampered");

        assertThat(Forecast.of(stored, tampered)).isEqualTo(Forecast.DIFFERS);
    }

    @Test
    void tellsWhatADepartureWouldDo() {
        NewestEvent departure = event(DEPARTED, null, 11, null);

        assertThat(Forecast.of(departure, stored)).isEqualTo(Forecast.DEREGISTER);
        assertThat(Forecast.of(departure, gone)).isEqualTo(Forecast.UNCHANGED);
        assertThat(Forecast.of(departure, null)).isEqualTo(Forecast.UNCHANGED);
        assertThat(Forecast.of(event(DEPARTED, null, 9, null), stored)).isEqualTo(Forecast.STALE);
    }

    @Test
    void tellsWhatAHeartbeatWouldDo() {
        NewestEvent heartbeat = event(HEARTBEAT, null, 1, null);

        assertThat(Forecast.of(heartbeat, stored)).isEqualTo(Forecast.RENEW);
        assertThat(Forecast.of(heartbeat, gone)).isEqualTo(Forecast.UNKNOWN);
        assertThat(Forecast.of(heartbeat, null)).isEqualTo(Forecast.UNKNOWN);
    }

    @Test
    void foldsEventsWithoutAnEpochIntoTheEpochTheNodeIsIn() {
        NewestEvent folded = event(INTRODUCED, 3L, 10, "content")
                .then(event(DEPARTED, null, 11, null))
                .then(event(INTRODUCED, 2L, 12, "old epoch"));

        assertThat(folded.kind()).isEqualTo(DEPARTED);
        assertThat(folded.version().epoch()).as("the departure named none").isNull();
        assertThat(folded.epoch()).isEqualTo(3);
        assertThat(folded.contentHash()).isEqualTo("content");
    }

    /** An event that names no epoch is compared by time, also with one of a later epoch than its node was in. */
    @Test
    void comparesAnEventThatNamedNoEpochByItsTimeAlone() {
        NewestEvent inEpoch3 = event(INTRODUCED, 3L, 10, "old").then(event(INTRODUCED, null, 12, "no epoch"));

        assertThat(inEpoch3.isReplacedBy(event(INTRODUCED, 4L, 11, "earlier"))).isFalse();
        assertThat(inEpoch3.isReplacedBy(event(INTRODUCED, 4L, 13, "later"))).isTrue();
        assertThat(inEpoch3.isReplacedBy(event(INTRODUCED, 2L, 13, "over"))).isFalse();
        assertThat(inEpoch3.isReplacedBy(inEpoch3)).isFalse();
    }

    @Test
    void foldsToTheNewestInAnyOrder() {
        NewestEvent old = event(INTRODUCED, null, 1, "old");

        assertThat(stored.then(old)).isEqualTo(stored);
        assertThat(old.then(stored)).isEqualTo(stored);
    }

    private static NewestEvent event(NewestEvent.Kind kind, Long epoch, int second, String hash) {
        EventVersion version = new EventVersion(epoch, Instant.ofEpochSecond(second), UUID.randomUUID());
        return new NewestEvent("n", kind, version, epoch, hash);
    }
}
