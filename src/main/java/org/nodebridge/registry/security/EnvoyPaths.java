// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.util.Set;

/** Where Envoy asks by REST, below the context of the application: it chooses these names, and knows no prefix. */
public final class EnvoyPaths {

    public static final String CLUSTERS = "/v3/discovery:clusters";
    public static final String ENDPOINTS = "/v3/discovery:endpoints";

    private static final Set<String> ALL = Set.of(CLUSTERS, ENDPOINTS);

    private EnvoyPaths() {}

    /** Whether the path is one of them. */
    public static boolean contain(String path) {
        return ALL.contains(path);
    }
}
