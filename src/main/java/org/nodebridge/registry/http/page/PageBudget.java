// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;

/** The bytes of all pages that this replica reads and sends at the same time. Safe from many threads. */
@ApplicationScoped
class PageBudget {

    private static final long LONGEST_WAIT_MILLIS = 5_000;
    private static final int UNIT = 1024;

    private final Semaphore units;
    private final long waitMillis;

    @Inject
    PageBudget(RegistrySettings settings) {
        this(settings.pages().bytesAtOnce(), LONGEST_WAIT_MILLIS);
    }

    PageBudget(int bytes, long waitMillis) {
        units = new Semaphore(units(bytes), true);
        this.waitMillis = waitMillis;
    }

    PageBudget() {
        this(0, 0); // for the client proxy
    }

    /**
     * Takes so many bytes, after some seconds at most.
     *
     * @throws TooMuchAtOnceException when others have them for longer
     */
    void take(long bytes) {
        try {
            if (!units.tryAcquire(units(bytes), waitMillis, TimeUnit.MILLISECONDS)) {
                throw new TooMuchAtOnceException("large pages are being sent to others; ask again a little later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooMuchAtOnceException("the registry stops");
        }
    }

    void giveBack(long bytes) {
        units.release(units(bytes));
    }

    /** Gives back what is taken beyond what is needed. */
    void reduce(long taken, long needed) {
        units.release(Math.max(0, units(taken) - units(needed)));
    }

    private static int units(long bytes) {
        return (int) Math.max(1, bytes / UNIT);
    }
}
