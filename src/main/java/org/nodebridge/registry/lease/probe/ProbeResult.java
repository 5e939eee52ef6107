// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.util.Locale;

/**
 * What came of one probe.
 *
 * @param detail for a person: 200 characters at most, nothing that the node answered, and no credentials
 */
public record ProbeResult(Outcome outcome, String detail) {

    /** What a probe can end in; the wire name is also the metric's label. */
    public enum Outcome {
        /** A status from 200 to 299. */
        ANSWERED,
        /** 429: too busy to say, which only a living node can be. */
        BUSY,
        /** Another status. */
        STATUS,
        /** No answer within the time, the search for the address included. */
        TIMEOUT,
        /** No address, no connection, no trusted certificate, or no answer that is HTTP and of a sensible length. */
        UNREACHABLE,
        /** An address that our settings forbid to probe. */
        REFUSED_ADDRESS,
        /** A status from 300 to 399; the other place is not asked. */
        REDIRECTED,
        /** Not a URL that can be asked. */
        INVALID;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name in the API and in PostgreSQL. */
        public String wireName() {
            return wireName;
        }
    }

    private static final int LONGEST_DETAIL = 200;

    public ProbeResult {
        detail = detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL - 1) + "…";
    }

    static ProbeResult ofStatus(int status) {
        Outcome outcome = switch (status / 100) {
            case 2 -> Outcome.ANSWERED;
            case 3 -> Outcome.REDIRECTED;
            default -> status == 429 ? Outcome.BUSY : Outcome.STATUS;
        };
        String redirects = outcome == Outcome.REDIRECTED ? ", and redirects are not followed" : "";
        return new ProbeResult(outcome, "answered " + status + redirects);
    }

    /** Whether the node has shown that it lives. */
    public boolean alive() {
        return outcome == Outcome.ANSWERED || outcome == Outcome.BUSY;
    }

    /** Whether the node was asked, so that an answer that failed to come counts against it. */
    public boolean judged() {
        return outcome != Outcome.REFUSED_ADDRESS && outcome != Outcome.INVALID;
    }
}
