// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LargeEventsTest {

    /** So many bytes as two of the events. */
    private final LargeEvents large = new LargeEvents(400_000);
    private final List<String> woken = new ArrayList<>();
    private final List<String> cut = new ArrayList<>();

    @Test
    void letsAsManyBeOnTheirWayAsThereAreBytesFor() {
        assertThat(large.take(event(), client("a"), 0)).isTrue();
        assertThat(large.take(event(), client("b"), 0)).isTrue();
        assertThat(large.take(event(), client("c"), 0)).isFalse();
    }

    @Test
    void letsSmallEventsPassAlways() {
        take("a");
        take("b");
        take("c");

        assertThat(large.take(new StreamEvent("updated", 1L, "effect", "{}"), client("d"), 0)).isTrue();
    }

    @Test
    void countsAnEventOnceHoweverManyAreSentIt() {
        StreamEvent shared = event();
        for (int i = 0; i < 100; i++) {
            assertThat(large.take(shared, client("shared-" + i), 0)).isTrue();
        }

        assertThat(take("another")).isTrue();
        assertThat(take("third")).isFalse();
    }

    @Test
    void countsASharedEventUntilTheLastHasIt() {
        StreamEvent shared = event();
        Client one = client("one");
        Client other = client("other");
        large.take(shared, one, 0);
        large.take(shared, other, 0);
        take("third");
        take("waits");

        large.sent(shared, one);
        assertThat(woken).isEmpty();
        large.sent(shared, other);
        assertThat(woken).containsExactly("waits");
    }

    @Test
    void letsAnEventThatIsLargerThanAllOfItGoAlone() {
        StreamEvent huge = new StreamEvent("updated", 1L, "effect", "x".repeat(900_000));
        Client one = client("huge");
        assertThat(large.take(huge, one, 0)).isTrue();
        assertThat(take("b")).isFalse();

        large.sent(huge, one);

        assertThat(woken).containsExactly("b");
    }

    @Test
    void wakesThoseWhoWaitInTheOrderInWhichTheyCame() {
        StreamEvent event = event();
        Client first = client("first");
        large.take(event, first, 0);
        take("second");
        Client third = client("third");
        Client fourth = client("fourth");
        large.take(event(), third, 0);
        large.take(event(), fourth, 0);
        assertThat(large.isTurnOf(third)).isFalse();

        large.sent(event, first);

        assertThat(woken).containsExactly("third");
        assertThat(large.isTurnOf(third)).isTrue();
        assertThat(large.isTurnOf(fourth)).isFalse();
        assertThat(large.take(event(), fourth, 0)).as("none goes before who came first").isFalse();
        assertThat(large.take(event(), third, 0)).isTrue();
    }

    @Test
    void goesOnWithTheNextWhenOneLeavesTheQueue() {
        StreamEvent event = event();
        Client first = client("first");
        large.take(event, first, 0);
        take("second");
        Client third = client("third");
        large.take(event(), third, 0);
        take("fourth");
        large.sent(event, first);

        large.leave(third);

        assertThat(woken).containsExactly("third", "fourth");
    }

    @Test
    void cutsNobodyWhileNobodyWaits() {
        take("a");
        take("b");

        large.tick(TimeUnit.MINUTES.toNanos(10));

        assertThat(cut).isEmpty();
    }

    @Test
    void cutsNobodyWhoHasHeldAnEventForAMomentOnly() {
        take("a");
        take("b");
        take("c");

        large.tick(LargeEvents.MAX_HOLD.toNanos() - 1);

        assertThat(cut).isEmpty();
    }

    @Test
    void cutsAsManyOfThoseWhoHoldForTooLongAsOthersWaitFor() {
        take("oldest");
        take("older");
        take("waits");

        large.tick(LargeEvents.MAX_HOLD.toNanos());

        assertThat(cut).containsExactly("oldest");
        assertThat(woken).containsExactly("waits");
    }

    @Test
    void cutsAllWhoShareAnEventThatOthersWaitFor() {
        StreamEvent shared = event();
        large.take(shared, client("one"), 0);
        take("alone");
        large.take(shared, client("other"), 0);
        take("waits");
        take("waits too");

        large.tick(LargeEvents.MAX_HOLD.toNanos());

        assertThat(cut).containsExactly("one", "alone", "other");
    }

    @Test
    void wakesAgainWhoCouldHaveGoneOnAndHasNot() {
        StreamEvent event = event();
        Client first = client("first");
        large.take(event, first, 0);
        take("second");
        take("third");
        large.sent(event, first);

        large.tick(1);

        assertThat(woken).containsExactly("third", "third");
    }

    /** Equal to others, and not the same. */
    private static StreamEvent event() {
        return new StreamEvent("updated", 1L, "effect", "x".repeat(100_000));
    }

    private boolean take(String name) {
        StreamEvent event = event();
        Client client = client(name);
        client.held = event;
        return large.take(event, client, 0);
    }

    private Client client(String name) {
        return new Client(name);
    }

    /** Gives back what it holds when it is cut. */
    private final class Client implements LargeEvents.Client {

        private final String name;
        private StreamEvent held;

        Client(String name) {
            this.name = name;
        }

        @Override
        public void wake() {
            woken.add(name);
        }

        @Override
        public void crowdOut() {
            cut.add(name);
            if (held != null) {
                large.sent(held, this);
            }
        }
    }
}
