// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.TreeSize;

/**
 * The bytes of heap that the bodies of all requests to this replica may take at the same time, with the trees that are
 * made of them. Safe for many threads.
 */
@ApplicationScoped
public class BodyBudget {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final Permits all;
    private final long mostTree;
    private final Duration maxWait;

    @Inject
    public BodyBudget(RegistrySettings settings) {
        this(settings.http().bodyBytesAtOnce(), TreeSize.most(settings.limits().tokens()), LONGEST_WAIT);
    }

    BodyBudget(int bytes, long mostTree, Duration maxWait) {
        this.all = new Permits(bytes);
        this.mostTree = mostTree;
        this.maxWait = maxWait;
    }

    /** For the proxy only. */
    public BodyBudget() {
        this(0, 0, Duration.ZERO);
    }

    /** What one request takes; nothing at first. */
    public Share share() {
        return new Share();
    }

    /** What one request has taken. Of one thread. */
    public final class Share implements AutoCloseable {

        private final Permits.Held taken = all.none();
        private long bytes;
        private long tree;

        private Share() {}

        /**
         * Takes further bytes, after two seconds at most. A request that needs more than there is for all gets all.
         *
         * @throws TooManyBodiesException when others have them for longer; what was taken before stays taken
         */
        public void take(long more) throws TooManyBodiesException {
            bytes += more;
            taken.growTo(
                    bytes, maxWait, "other requests have bodies as large as all may have together",
                    TooManyBodiesException::new);
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
            taken.close();
            bytes = 0;
            tree = 0;
        }
    }
}
