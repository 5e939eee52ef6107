// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.io.IOException;

/** The body of a request is not in the encoding that its head names. */
public class BrokenEncodingException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, which begins with the encoding */
    BrokenEncodingException(String message) {
        super(message);
    }
}
