// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

/** A client has sent what is no message of the protocol, or more than it may. */
public final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }
}
