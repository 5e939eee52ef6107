// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.io.IOException;

/** The body of a request goes on beyond what is allowed. */
public class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int most;

    BodyTooLargeException(int most) {
        super("the body is longer than " + most + " bytes");
        this.most = most;
    }

    /** The longest that is allowed, in bytes. */
    public int most() {
        return most;
    }
}
