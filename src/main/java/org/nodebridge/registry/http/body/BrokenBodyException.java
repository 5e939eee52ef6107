// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.io.IOException;

/** The body of a request cannot be read: its chunks are not what they say, or the client is gone. */
public class BrokenBodyException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenBodyException(IOException cause) {
        super(cause);
    }
}
