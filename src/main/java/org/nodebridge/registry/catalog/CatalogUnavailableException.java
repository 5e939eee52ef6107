// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import org.nodebridge.registry.concurrent.ServerUnavailable;

/**
 * Consul could not be reached, did not answer in time, has no leader or is too busy (5xx, 429). Asking again later
 * is right, and safe: whether the request took effect is not known.
 */
public final class CatalogUnavailableException extends CatalogException implements ServerUnavailable {

    private static final long serialVersionUID = 1L;

    public CatalogUnavailableException(String message) {
        super(message, null);
    }

    public CatalogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
