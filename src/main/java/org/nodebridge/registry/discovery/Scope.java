// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import org.nodebridge.registry.http.InvalidInputException;

/** The query parameter {@code scope}: whose nodes are asked for. */
public final class Scope {

    /** What is said of it to callers. */
    public static final String DESCRIPTION = "local (the default) for this registry's own nodes, all for those of other"
            + " regions too";

    private Scope() {}

    /** @throws InvalidInputException when it is neither local nor all */
    public static boolean isAll(String scope) {
        if (scope == null || scope.equals("local")) {
            return false;
        }
        if (scope.equals("all")) {
            return true;
        }
        throw new InvalidInputException("scope", "must be local or all");
    }
}
