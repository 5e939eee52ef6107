// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

/**
 * Whether the request that this thread serves may be shown the details of health: hosts, brokers, reasons. The server's
 * own health page knows no callers, so the gate says so for each request before it is served, on the same thread.
 */
public final class HealthDetails {

    private static final ThreadLocal<Boolean> SHOWN = new ThreadLocal<>();

    private HealthDetails() {}

    /** False outside of a request. */
    public static boolean shown() {
        return Boolean.TRUE.equals(SHOWN.get());
    }

    static void show(boolean shown) {
        if (shown) {
            SHOWN.set(true);
        } else {
            SHOWN.remove();
        }
    }
}
