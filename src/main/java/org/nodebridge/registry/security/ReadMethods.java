// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

/** Which HTTP methods change nothing; the server has no TRACE. */
public final class ReadMethods {

    private ReadMethods() {}

    /** Whether it gets a representation: {@code GET} or {@code HEAD}. */
    public static boolean gets(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** Whether it is safe: such a one, or {@code OPTIONS}. */
    public static boolean isSafe(String method) {
        return gets(method) || method.equals("OPTIONS");
    }
}
