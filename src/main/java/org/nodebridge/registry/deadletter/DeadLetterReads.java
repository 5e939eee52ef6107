// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;

/**
 * How many callers may read dead letters at the same time on this replica. Each has a consumer, which holds what it has
 * fetched and what it has decompressed of that: up to thirty megabytes where letters have one each. Safe for many
 * threads.
 */
@ApplicationScoped
class DeadLetterReads {

    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private final Semaphore places;
    private final long waitMillis;

    @Inject
    DeadLetterReads(RegistrySettings settings) {
        this(settings.buffers().deadLetterReadsAtOnce(), LONGEST_WAIT_MILLIS);
    }

    DeadLetterReads(int places, long waitMillis) {
        this.places = new Semaphore(places, true);
        this.waitMillis = waitMillis;
    }

    DeadLetterReads() {
        this(0, 0); // for the client proxy
    }

    /**
     * Reads, after some seconds at most.
     *
     * @throws TooMuchAtOnceException when others read for longer
     */
    <T> T read(Supplier<T> reading) {
        try {
            if (!places.tryAcquire(waitMillis, TimeUnit.MILLISECONDS)) {
                throw new TooMuchAtOnceException("others read dead letters; ask again a little later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooMuchAtOnceException("the registry stops");
        }
        try {
            return reading.get();
        } finally {
            places.release();
        }
    }
}
