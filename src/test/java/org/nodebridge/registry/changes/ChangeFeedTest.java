// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.changes.ChangeFeed.HistoryBrokenException;
import org.nodebridge.registry.store.jdbc.StoreException;

class ChangeFeedTest {

    private final StoredChanges stored = new StoredChanges();
    private final ChangeFeed feed = new ChangeFeed(stored, StoredChanges.REVISIONS, new ChangeWindow(2_000, 1_000_000));

    @Test
    void asksNothingWhileNobodyWatches() {
        stored.happen(3).away(true);

        assertThat(feed.read()).isFalse();
    }

    @Test
    void givesWhatHappensFromThenOn() {
        stored.happen(3);
        feed.follow();
        feed.read();
        stored.happen(1200);

        assertThat(feed.read()).isTrue();
        assertThat(feed.read()).isFalse();
        assertThat(feed.next(3)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).startsWith(4L, 5L));
        assertThat(feed.next(1202)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).containsExactly(1203L));
    }

    @Test
    void hasTheLastChangesOfBeforeForThoseWhoComeBackAfterARestart() {
        stored.happen(900);
        feed.follow();
        feed.read();

        assertThat(feed.next(400)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).startsWith(401L));
        assertThat(feed.next(399)).isEmpty();
    }

    @Test
    void goesOnWithoutGapAfterAnOutage() {
        stored.happen(1);
        feed.follow();
        feed.read();
        stored.happen(2).away(true);
        assertThatThrownBy(feed::read).isInstanceOf(StoreException.class);
        stored.away(false);

        assertThat(feed.read()).isTrue();
        assertThat(feed.next(1)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).containsExactly(2L, 3L));
    }

    @Test
    void resumesFromTheHistoryWhatTheWindowHasNoLonger() {
        stored.happen(900);
        feed.follow();
        feed.read();

        assertThat(feed.resumed(7)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).startsWith(8L, 9L));
    }

    @Test
    void cannotResumeWhatThePruningHasTaken() {
        stored.happen(900).prune(20);

        assertThat(feed.resumed(19)).isEmpty();
        assertThat(feed.resumed(20)).isPresent();
        stored.prune(900);
        assertThat(feed.resumed(20)).isEmpty();
        assertThat(feed.span().leadsOnFrom(900)).isTrue();
        assertThat(feed.span().leadsOnFrom(899)).isFalse();
    }

    @Test
    void saysWhenWhatWasCountedIsNotThere() {
        stored.happen(50);
        feed.follow();
        feed.read();
        stored.happen(10).lose(51);

        assertThatThrownBy(feed::read).isInstanceOf(HistoryBrokenException.class);
        assertThat(feed.read()).isFalse();
    }

    @Test
    void leadsOnFromWhatItStillHasTheNextOf() {
        stored.happen(900).prune(20);

        assertThat(feed.span().leadsOnFrom(19)).isFalse();
        assertThat(feed.span().leadsOnFrom(20)).isTrue();
        assertThat(feed.span().leadsOnFrom(900)).isTrue();
        assertThat(feed.span().leadsOnFrom(901)).isFalse();
    }

    @Test
    void saysWhenTheHistoryIsAnotherOneAndFollowsThat() {
        stored.happen(50);
        feed.follow();
        feed.read();
        stored.happen(10).prune(55);
        assertThatThrownBy(feed::read)
                .isInstanceOf(HistoryBrokenException.class)
                .hasMessage("revision 51 should follow, and the history has 56 to 60");
        stored.happen(1);
        assertThat(feed.read()).isTrue();
        assertThat(feed.next(60)).hasValueSatisfying(next -> assertThat(Changes.ids(next)).isEqualTo(List.of(61L)));
    }
}
