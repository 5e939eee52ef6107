// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/** Consul did not do what it was asked. Messages never carry the token. */
public abstract sealed class CatalogException extends RuntimeException
        permits CatalogRefusedException, CatalogUnavailableException {

    private static final long serialVersionUID = 1L;

    CatalogException(String message, Throwable cause) {
        super(message, cause);
    }
}
