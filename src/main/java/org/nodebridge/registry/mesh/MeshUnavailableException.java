// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

/** Nothing can be told to callers yet. */
public final class MeshUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MeshUnavailableException(String message) {
        super(message);
    }
}
