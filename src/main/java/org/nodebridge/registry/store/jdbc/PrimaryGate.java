// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Whether the PostgreSQL that answers is the one to ask. While it is not, every call of a repository fails as in an
 * outage, but for those of a bean that has {@link OfAnyServer}. Open until it is closed. Safe from any thread.
 */
@ApplicationScoped
public class PrimaryGate {

    private volatile String refusal;

    /** Why nothing is to be asked; empty while it is open. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Lets nothing through from now on; what is under way goes on. */
    public void close(String reason) {
        refusal = reason;
    }

    public void open() {
        refusal = null;
    }
}
