// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Supplier;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;

/**
 * How many callers may read dead letters at the same time on this replica. Each has a consumer, which holds what it has
 * fetched and what it has decompressed of that: up to thirty megabytes where letters have one each. Safe for many
 * threads.
 */
@ApplicationScoped
class DeadLetterReads {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Permits places;
    private final Duration maxWait;

    @Inject
    DeadLetterReads(RegistrySettings settings) {
        this(settings.buffers().deadLetterReadsAtOnce(), LONGEST_WAIT);
    }

    DeadLetterReads(int places, Duration maxWait) {
        this.places = new Permits(places);
        this.maxWait = maxWait;
    }

    DeadLetterReads() {
        this(0, Duration.ZERO); // for the client proxy
    }

    /**
     * Reads, after some seconds at most.
     *
     * @throws TooMuchAtOnceException when others read for longer
     */
    <T> T read(Supplier<T> reading) {
        try (Permits.Held place = places.take(
                1, maxWait, "others read dead letters; ask again a little later", TooMuchAtOnceException::new)) {
            return reading.get();
        }
    }
}
