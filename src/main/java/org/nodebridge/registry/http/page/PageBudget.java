// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;

/** The bytes of all pages that this replica reads and sends at the same time. Safe from many threads. */
@ApplicationScoped
class PageBudget {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Permits bytes;
    private final Duration maxWait;

    @Inject
    PageBudget(RegistrySettings settings) {
        this(settings.pages().bytesAtOnce(), LONGEST_WAIT);
    }

    PageBudget(int bytes, Duration maxWait) {
        this.bytes = new Permits(bytes);
        this.maxWait = maxWait;
    }

    PageBudget() {
        this(0, Duration.ZERO); // for the client proxy
    }

    /**
     * Takes so many bytes, after some seconds at most.
     *
     * @throws TooMuchAtOnceException when others have them for longer
     */
    Permits.Held take(int count) {
        return bytes.take(
                count, maxWait, "large pages are being sent to others; ask again a little later",
                TooMuchAtOnceException::new);
    }
}
