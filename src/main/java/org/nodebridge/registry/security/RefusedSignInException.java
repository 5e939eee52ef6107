// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

/** Credentials that are not good; the message may be shown to who sent them. */
public class RefusedSignInException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedSignInException(String message) {
        super(message);
    }
}
