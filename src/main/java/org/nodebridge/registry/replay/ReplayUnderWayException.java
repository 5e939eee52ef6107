// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

/** Another replay of the kind runs, on this or another replica; or the one meant has ended. */
public class ReplayUnderWayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ReplayUnderWayException(String message) {
        super(message);
    }
}
