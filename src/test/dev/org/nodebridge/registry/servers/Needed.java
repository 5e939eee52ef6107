// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tests need of the machine, since the build cannot bring it: a browser, say. */
public final class Needed {

    private static final Logger LOG = LoggerFactory.getLogger(Needed.class);

    private Needed() {}

    /**
     * Skips the test where it is not to be had, and says how to get it; fails it in CI, where it must be.
     *
     * @param howToGet for a person
     */
    public static <T> T orSkip(Optional<T> found, String howToGet) {
        if (found.isEmpty() && System.getenv("CI") != null) {
            throw new AssertionError(howToGet);
        }
        if (found.isEmpty()) {
            // a report says neither that a whole class was skipped nor why
            LOG.warn("Tests are skipped: {}", howToGet);
        }
        assumeTrue(found.isPresent(), howToGet);
        return found.get();
    }
}
