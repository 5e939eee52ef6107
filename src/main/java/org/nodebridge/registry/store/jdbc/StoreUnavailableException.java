// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import org.nodebridge.registry.concurrent.ServerUnavailable;

/** PostgreSQL cannot be reached, or gave up: an outage. The same call may succeed later, and may have succeeded now. */
public class StoreUnavailableException extends StoreException implements ServerUnavailable {

    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
