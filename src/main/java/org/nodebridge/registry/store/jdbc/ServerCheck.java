// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/** Looks which PostgreSQL it is that answers, before anything is read from it or written to it. */
public interface ServerCheck {

    /** @throws StoreUnavailableException when it is not the one to ask, or does not say */
    void check();
}
