// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

/** More introspection requests are waited for than {@code registry.introspection-request.most-open} allows. */
public class TooManyOpenRequestsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyOpenRequestsException(int most) {
        super(most + " introspection requests are open on this replica already");
    }
}
