// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** What tests need of the machine, since the build cannot bring it: a browser, say. */
public final class Needed {

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
        assumeTrue(found.isPresent(), howToGet);
        return found.get();
    }
}
