// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

/** As much is under way as may be; nothing has been done. */
class TooMuchAtOnceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooMuchAtOnceException(String message) {
        super(message);
    }
}
