// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

/**
 * The roles that the interface knows, each including those before it. What nothing is said of needs {@link #READER} to
 * be read and {@link #ADMIN} for all else.
 */
public final class Roles {

    /** May read what is registered. */
    static final String READER = "reader";

    /** May change what is registered. */
    public static final String OPERATOR = "operator";

    /** May do what concerns all nodes at once. */
    public static final String ADMIN = "admin";

    private Roles() {}
}
