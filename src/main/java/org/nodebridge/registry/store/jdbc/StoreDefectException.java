// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/**
 * PostgreSQL answers, but what the registry asked of it is wrong: a column or a privilege is missing, or our own code
 * has failed. Nothing of the call has been kept.
 */
public class StoreDefectException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final boolean ofDatabase;
    private final boolean ofTrigger;

    /**
     * @param ofDatabase whether PostgreSQL said so, and not our own code
     */
    public StoreDefectException(String message, Throwable cause, boolean ofDatabase) {
        this(message, cause, ofDatabase, false);
    }

    private StoreDefectException(String message, Throwable cause, boolean ofDatabase, boolean ofTrigger) {
        super(message, cause);
        this.ofDatabase = ofDatabase;
        this.ofTrigger = ofTrigger;
    }

    /** One that a function of another program has raised, such as a trigger: it may be so for some rows only. */
    static StoreDefectException ofTrigger(String message, Throwable cause) {
        return new StoreDefectException(message, cause, true, true);
    }

    /** Whether a function of another program has raised it, so that it may be about some rows only. */
    public boolean ofTrigger() {
        return ofTrigger;
    }

    /** Whether PostgreSQL said so: mostly no record is to blame, and repair is an operator's. */
    public boolean ofDatabase() {
        return ofDatabase;
    }
}
