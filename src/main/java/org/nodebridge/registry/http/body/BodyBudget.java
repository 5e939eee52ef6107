// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.TreeSize;

/**
 * The bytes of heap that the bodies of all requests to this replica may take at the same time, with the trees that are
 * made of them. Safe for many threads.
 */
@ApplicationScoped
public class BodyBudget {

    private static final long LONGEST_WAIT_MILLIS = 2_000;
    private static final int UNIT = 1024;

    private final int all;
    private final long mostTree;
    private final Semaphore units;
    private final long waitMillis;

    @Inject
    public BodyBudget(RegistrySettings settings) {
        this(settings.http().bodyBytesAtOnce(), TreeSize.most(settings.limits().tokens()), LONGEST_WAIT_MILLIS);
    }

    BodyBudget(int bytes, long mostTree, long waitMillis) {
        this.all = bytes / UNIT;
        this.mostTree = mostTree;
        this.units = new Semaphore(all, true);
        this.waitMillis = waitMillis;
    }

    /** For the proxy only. */
    public BodyBudget() {
        this(0, 0, 0);
    }

    /** What one request takes; nothing at first. */
    public Share share() {
        return new Share();
    }

    /** What one request has taken. Of one thread. */
    public final class Share implements AutoCloseable {

        private long bytes;
        private long tree;
        private int taken;

        private Share() {}

        /**
         * Takes further bytes, after two seconds at most. A request that needs more than there is for all gets all.
         *
         * @throws TooManyBodiesException when others have them for longer; what was taken before stays taken
         */
        public void take(long more) throws TooManyBodiesException {
            bytes += more;
            int further = (int) Math.min(all, (bytes + UNIT - 1) / UNIT) - taken;
            if (further <= 0) {
                return;
            }
            try {
                if (!units.tryAcquire(further, waitMillis, TimeUnit.MILLISECONDS)) {
                    throw new TooManyBodiesException("other requests have bodies as large as all may have together");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TooManyBodiesException("the registry stops");
            }
            taken += further;
        }

        /** The same for a part of a body, and what is made of it within the limits of a record. */
        public void take(byte[] json, int offset, int length) throws TooManyBodiesException {
            long more = Math.min(mostTree - tree, TreeSize.of(json, offset, length));
            tree += more;
            take(length + more);
        }

        /** Gives all of it back. */
        @Override
        public void close() {
            units.release(taken);
            taken = 0;
            bytes = 0;
            tree = 0;
        }
    }
}
