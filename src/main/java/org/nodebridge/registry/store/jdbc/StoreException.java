// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/** PostgreSQL did not do what it was asked for. */
public abstract class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    protected StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
