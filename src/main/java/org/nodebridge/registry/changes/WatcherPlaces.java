// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.HashMap;
import java.util.Map;

/** How many watch this replica, in all and of each caller. Safe for many threads. */
final class WatcherPlaces {

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> byCaller = new HashMap<>();
    private int taken;

    WatcherPlaces(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /**
     * Takes one, to be given back once.
     *
     * @throws TooManyWatchersException when there is none, or none for this caller
     */
    synchronized void take(String caller) {
        int theirs = byCaller.getOrDefault(caller, 0);
        if (theirs >= mostOfOne) {
            throw TooManyWatchersException.ofOneCaller(mostOfOne);
        }
        if (taken >= most) {
            throw TooManyWatchersException.inAll(most);
        }
        taken++;
        byCaller.put(caller, theirs + 1);
    }

    synchronized void giveBack(String caller) {
        taken--;
        byCaller.computeIfPresent(caller, (name, theirs) -> theirs == 1 ? null : theirs - 1);
    }

    synchronized int taken() {
        return taken;
    }
}
