// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

/**
 * The start of each node, by its last heartbeat, in a table of a megabyte however many nodes there are. Two nodes that
 * share a place push each other out, so that a change of either may go unseen; none is ever taken for the other's. Of
 * one thread.
 */
final class StartTimes {

    private static final int PLACES = 1 << 17;

    /** Uptime is sent in seconds by some, and a record takes its time. */
    static final long TOLERANCE_SECONDS = 10;

    private final long[] places = new long[PLACES];

    /**
     * Takes a node's start.
     *
     * @return the start before, where that was another; -1 when it was the same, or is not known
     */
    long before(String nodeId, long epochSecond) {
        long hash = hash(nodeId);
        int place = (int) (hash & (PLACES - 1));
        long known = places[place];
        long tag = hash & 0xffff_ffff_0000_0000L;
        long start = epochSecond & 0xffff_ffffL;
        if (known != 0 && (known & 0xffff_ffff_0000_0000L) == tag) {
            long before = known & 0xffff_ffffL;
            if (Math.abs(before - start) <= TOLERANCE_SECONDS) {
                return -1; // and stays, or it would drift with the sender's rounding
            }
            places[place] = tag | start;
            return before;
        }
        places[place] = tag | start;
        return -1;
    }

    private static long hash(String nodeId) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; i < nodeId.length(); i++) {
            hash = (hash ^ nodeId.charAt(i)) * 0x0000_0100_0000_01b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9e37_79b9_7f4a_7c15L;
    }
}
