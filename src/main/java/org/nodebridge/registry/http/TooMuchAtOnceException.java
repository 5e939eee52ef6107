// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

/** As much is under way as may be; nothing has been done. */
public class TooMuchAtOnceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TooMuchAtOnceException(String message) {
        super(message);
    }
}
