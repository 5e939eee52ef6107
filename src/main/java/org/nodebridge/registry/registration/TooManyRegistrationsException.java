// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

/** More manual registrations wait than {@code registry.manual.most-waiting} allows; nothing has been done. */
public class TooManyRegistrationsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyRegistrationsException(int waiting) {
        super(waiting + " manual registrations wait already");
    }
}
