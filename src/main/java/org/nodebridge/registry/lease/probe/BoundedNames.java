// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.lease.probe.AllowedAddresses.Names;

/**
 * Looks names up on threads of its own, as nothing can end a lookup: those that a name server does not answer hold a
 * bounded number of threads, and no probe for longer than its timeout. Each name is looked up once at a time. Safe for
 * many threads.
 */
final class BoundedNames implements Names {

    /** A name server has not answered within the time. */
    static final class SlowNameException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        SlowNameException(String host) {
            super(host);
        }
    }

    /** As many lookups as there may be wait for a name server already; it says nothing of this name. */
    static final class NotLookedUpException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotLookedUpException(String host) {
            super("the name " + host + " is not looked up: the name server is slow");
        }
    }

    /** What the JDK looks up nowhere. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final Names names;
    private final ThreadFactory threads;
    private final Duration timeout;
    private final Permits places;
    private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

    /** @param most lookups at once */
    BoundedNames(Names names, ThreadFactory threads, int most, Duration timeout) {
        this.names = names;
        this.threads = threads;
        this.timeout = timeout;
        this.places = new Permits(most);
    }

    /** @throws NotLookedUpException when too many lookups are under way */
    @Override
    public InetAddress[] lookUp(String host) throws UnknownHostException {
        if (ADDRESS.matcher(host).matches()) {
            return names.lookUp(host);
        }
        try {
            return begin(host).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SlowNameException(host);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlowNameException(host);
        }
    }

    /**
     * Looks a name up without waiting for it, and without a timeout.
     *
     * @throws NotLookedUpException when too many lookups are under way
     */
    CompletableFuture<InetAddress[]> begin(String host) {
        return underWay.computeIfAbsent(host, this::start);
    }

    private CompletableFuture<InetAddress[]> start(String host) {
        Permits.Held place = places.tryTake().orElseThrow(() -> new NotLookedUpException(host));
        CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
        try {
            threads.newThread(() -> lookUp(host, answer, place)).start();
        } catch (RuntimeException | Error e) { // an error too: the machine may have no thread left
            place.close();
            throw e;
        }
        return answer;
    }

    private void lookUp(String host, CompletableFuture<InetAddress[]> answer, Permits.Held place) {
        try {
            answer.complete(names.lookUp(host));
        } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            underWay.remove(host, answer);
            place.close();
        }
    }
}
