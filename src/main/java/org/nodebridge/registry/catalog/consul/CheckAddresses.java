// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nodebridge.registry.config.value.AddressAllowList;
import org.nodebridge.registry.event.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Consul, or what takes its orders from Consul, may be sent to probe a node: where the registry itself may. An
 * agent connects to any address that it is given, and shows four kilobytes of the answer to every reader of the check;
 * so does consul-esm. Safe for many threads.
 */
public final class CheckAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(CheckAddresses.class);

    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");

    /** Finds all addresses of a name, or the one of an address written out. */
    interface Names {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private final AddressAllowList allowed;
    private final Names names;
    private final LookUpTime time;

    CheckAddresses(AddressAllowList allowed) {
        this(allowed, InetAddress::getAllByName, new LookUpTime(System::nanoTime));
    }

    CheckAddresses(AddressAllowList allowed, Names names, LookUpTime time) {
        this.allowed = allowed;
        this.names = names;
        this.time = time;
    }

    /**
     * Whether the URL can be probed by http or https and every address behind it is allowed. Looks names up, which
     * takes as long as the resolver takes; an unknown name is not allowed, and while the resolver is slow no name is.
     * Who probes looks the name up again each time.
     *
     * @param healthUrl {@code null} for none
     */
    boolean allow(String healthUrl) {
        Endpoint endpoint = Endpoint.parse(healthUrl).filter(Endpoint::isHttp).orElse(null);
        if (endpoint == null) {
            return false;
        }
        return isAddress(endpoint.host()) ? allAllowed(endpoint.host()) : nameAllowed(endpoint.host());
    }

    /**
     * Whether the URL has an address written out that is not allowed. Looks nothing up; what has a name is not refused.
     *
     * @param healthUrl {@code null} for none
     */
    public static boolean refused(String healthUrl, AddressAllowList allowed) {
        return Endpoint.parse(healthUrl)
                .filter(endpoint -> isAddress(endpoint.host()))
                .filter(endpoint -> !new CheckAddresses(allowed).allow(healthUrl))
                .isPresent();
    }

    private boolean nameAllowed(String host) {
        LookUpTime.Turn turn = time.turn();
        if (turn == LookUpTime.Turn.REFUSED_FIRST) {
            LOG.atWarn().log("looking up the names in health URLs takes too long; for some seconds Consul is given no"
                    + " URL with a name to probe");
        }
        if (turn != LookUpTime.Turn.TAKEN) {
            return false;
        }
        long start = System.nanoTime();
        try {
            return allAllowed(host);
        } finally {
            time.spent(System.nanoTime() - start);
        }
    }

    private boolean allAllowed(String host) {
        try {
            return Stream.of(names.lookUp(host)).allMatch(allowed::allows);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The URL parser lets no other spelling of an IPv4 address through than four decimal numbers. */
    private static boolean isAddress(String host) {
        return host.contains(":") || IPV4.matcher(host).matches();
    }

    /**
     * How much time may go by in looking names up before Consul is written: half of all time, and five seconds at once.
     * A resolver that does not answer holds a call for ten seconds and more, and would be taken for an outage of
     * Consul. Safe for many threads.
     */
    static final class LookUpTime {

        /** Whether a name may be looked up now. */
        enum Turn {
            TAKEN, REFUSED_FIRST, REFUSED_AGAIN
        }

        private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

        private final LongSupplier clock;
        private long left = MAX_NANOS;
        private long countedAt;
        private boolean refused;

        /** @param clock in nanoseconds */
        LookUpTime(LongSupplier clock) {
            this.clock = clock;
            this.countedAt = clock.getAsLong();
        }

        synchronized Turn turn() {
            long now = clock.getAsLong();
            left = Math.min(MAX_NANOS, left + (now - countedAt) / 2);
            countedAt = now;
            if (left > 0) {
                refused = false;
                return Turn.TAKEN;
            }
            Turn turn = refused ? Turn.REFUSED_AGAIN : Turn.REFUSED_FIRST;
            refused = true;
            return turn;
        }

        synchronized void spent(long nanos) {
            left -= nanos;
        }
    }
}
