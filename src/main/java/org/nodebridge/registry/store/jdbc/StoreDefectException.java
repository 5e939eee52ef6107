// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/**
 * PostgreSQL answers, but what the registry asked of it is wrong: a column or a privilege is missing, or our own code
 * has failed. Nothing of the call has been kept.
 */
public class StoreDefectException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final boolean ofDatabase;

    /**
     * @param ofDatabase whether PostgreSQL said so, and not our own code
     */
    public StoreDefectException(String message, Throwable cause, boolean ofDatabase) {
        super(message, cause);
        this.ofDatabase = ofDatabase;
    }

    /** Whether PostgreSQL said so: no record is to blame, and repair is an operator's. */
    public boolean ofDatabase() {
        return ofDatabase;
    }
}
