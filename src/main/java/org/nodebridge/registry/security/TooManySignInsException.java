// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

/** Too many sign-ins have failed lately; this one was not looked at, or failed too. */
public class TooManySignInsException extends RefusedSignInException {

    private static final long serialVersionUID = 1L;

    private final long secondsToWait;

    TooManySignInsException(long secondsToWait) {
        super("too many sign-ins have failed; the next one is looked at later");
        this.secondsToWait = secondsToWait;
    }

    /** After which the next attempt is looked at. */
    long secondsToWait() {
        return secondsToWait;
    }
}
