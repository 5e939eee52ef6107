// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/** PostgreSQL refuses the data itself; the same call will never succeed. Nothing of the call has been kept. */
public class StoreRefusedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Of a row that did not change though the statement was to change it. */
    public static StoreRefusedException kept() {
        return new StoreRefusedException("PostgreSQL keeps the row as it is, as by a trigger of another program", null);
    }

    public StoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
