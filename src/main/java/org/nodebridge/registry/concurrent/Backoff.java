// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.RetryDelay;

/** Waits between tries, and not a moment longer once the registry stops. */
@ApplicationScoped
public class Backoff {

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final RetryDelay delay;

    @Inject
    public Backoff(RegistrySettings settings) {
        this.delay = settings == null ? null : settings.retryDelay();
    }

    public Backoff() {
        this(null); // for the client proxy
    }

    /**
     * Waits as long as is due after so many failures; false when the registry stops, so that nothing is tried again.
     */
    public boolean waitAfter(int failures) {
        Duration pause = delay.after(failures);
        try {
            return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the registry stops. */
    public boolean ended() {
        return stopping.getCount() == 0;
    }

    /** Ends every wait, now and from now on. */
    public void end() {
        stopping.countDown();
    }
}
