// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

/** So many watch this replica, in all or of one caller, that no more are let in. */
public class TooManyWatchersException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean ofOneCaller;

    private TooManyWatchersException(String message, boolean ofOneCaller) {
        super(message);
        this.ofOneCaller = ofOneCaller;
    }

    static TooManyWatchersException inAll(int most) {
        return new TooManyWatchersException(
                most + " clients watch this replica, which is as many as it lets in", false);
    }

    static TooManyWatchersException ofOneCaller(int most) {
        return new TooManyWatchersException(
                "one caller may watch this replica " + most + " times at once", true);
    }

    /** Whether it is this caller who has too many, and others would be let in. */
    public boolean ofOneCaller() {
        return ofOneCaller;
    }
}
