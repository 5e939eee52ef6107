// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/**
 * Another session holds a row for longer than {@code lock_timeout}. It ends with that session, and is no record's
 * fault; PostgreSQL goes on with all other rows.
 */
public class StoreLockedException extends StoreUnavailableException {

    private static final long serialVersionUID = 1L;

    public StoreLockedException(String message, Throwable cause) {
        super(message, cause);
    }
}
