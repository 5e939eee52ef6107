// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.io.IOException;

/** The bodies of other requests take all the memory that there is for bodies; nothing has been done. */
public class TooManyBodiesException extends IOException {

    private static final long serialVersionUID = 1L;

    TooManyBodiesException(String message) {
        super(message);
    }
}
