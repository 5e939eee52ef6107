// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can be said of a node that a client looks for. */
public enum Cause {
    /** Nothing is against it: both stores have it, and its check is passing or warning. */
    DISCOVERABLE,
    /** A record of the node could not be applied. */
    DEAD_LETTERED,
    /** The registry gave it up, for want of heartbeats and answered probes. */
    EXPIRED,
    /** It left, or an operator deregistered it. */
    DEPARTED,
    /** An admin had it forgotten. */
    FORGOTTEN,
    /** Its row is not there any more, and no change of the history says why: another program has removed it. */
    REMOVED,
    /** Nothing is known of it, nor of its past. */
    NEVER_HEARD_OF,
    /** Records are still to be read, and some may be of the node. */
    INTAKE_BEHIND,
    /** It is registered in another region. */
    ELSEWHERE,
    /** It said that it will be back. */
    DRAINING,
    /** An operator has cordoned it. */
    CORDONED,
    /** It names no endpoint that a caller could use. */
    NOT_CALLABLE,
    /** Consul refuses its entry. */
    REFUSED,
    /** Consul has not confirmed the last change of its row. */
    PENDING,
    /** Consul has no entry of the node, although it had confirmed one. */
    MISSING_IN_CONSUL,
    /** Consul shows something else than PostgreSQL says. */
    DIFFERENT_IN_CONSUL,
    /** Consul does not say what it has. */
    CONSUL_UNKNOWN,
    /** Its lease has ended or its probes fail, and it is being probed before it expires. */
    SUSPECT,
    /** It says itself that it is not well, or its check may not become better yet. */
    CRITICAL,
    /** Two live processes announce themselves by its id. */
    CONFLICT;

    /** The name in the API. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
