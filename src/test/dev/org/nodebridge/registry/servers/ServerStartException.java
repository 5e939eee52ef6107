// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

/** A server that could not be started; the message says why and ends with the last lines of its log. */
public final class ServerStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ServerStartException(String message) {
        super(message);
    }

    public ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
