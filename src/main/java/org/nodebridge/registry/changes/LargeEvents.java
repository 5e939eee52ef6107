// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.concurrent.Semaphore;

/**
 * The bytes of large events that are on their way to clients: a thousand clients, each of which holds another event of
 * a mebibyte, would exhaust the memory. Small events need none. Safe from many threads.
 */
final class LargeEvents {

    private static final int UNIT = 1024;

    private final Semaphore units;
    private final int all;

    LargeEvents(long mostBytes) {
        all = (int) Math.max(1, mostBytes / UNIT);
        units = new Semaphore(all);
    }

    /** Whether the event may be sent now; if so, {@link #sent} must follow. */
    boolean take(StreamEvent event) {
        return event.size() <= SnapshotPages.SLICE_BYTES || units.tryAcquire(units(event));
    }

    void sent(StreamEvent event) {
        if (event.size() > SnapshotPages.SLICE_BYTES) {
            units.release(units(event));
        }
    }

    /** An event that is larger than all of it goes alone. */
    private int units(StreamEvent event) {
        return (int) Math.min(all, event.size() / UNIT);
    }
}
