// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import java.util.Locale;

/** What a claim came to. */
public enum Verdict {
    /** Its signer may speak for the node. */
    ACCEPTED,
    /** There is none. */
    MISSING,
    /** It does not hold. */
    INVALID,
    /** It holds, and the node is another owner's. */
    CONFLICT;

    /** As metrics have it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
