// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

/** How a call ends; those of gRPC's statuses that are used here. */
public enum GrpcStatus {
    OK(0),
    INVALID_ARGUMENT(3),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    UNAUTHENTICATED(16);

    private final int code;

    GrpcStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
