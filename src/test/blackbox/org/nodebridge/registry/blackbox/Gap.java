// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For how long a fault was felt, which the log has, for docs/survival.md. */
final class Gap {

    private static final Logger LOG = LoggerFactory.getLogger(Gap.class);

    private final long began = System.nanoTime();
    private final String fault;

    private Gap(String fault) {
        this.fault = fault;
    }

    /**
     * Begins now: with the fault, or with its end where something waits for that.
     *
     * @param fault for the log
     */
    static Gap of(String fault) {
        return new Gap(fault);
    }

    /** Ends now. */
    Duration ended() {
        Duration gap = Duration.ofNanos(System.nanoTime() - began);
        LOG.atInfo().addKeyValue("gap_ms", gap.toMillis()).log(fault);
        return gap;
    }
}
