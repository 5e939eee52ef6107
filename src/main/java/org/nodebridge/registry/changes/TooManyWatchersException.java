// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

/** So many watch this replica that no more are let in. */
public class TooManyWatchersException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyWatchersException(int most) {
        super(most + " clients watch this replica, which is as many as it lets in");
    }
}
