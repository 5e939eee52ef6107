// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.measure;

import jakarta.ws.rs.Path;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Set;
import org.nodebridge.registry.security.ReadMethods;

/** Names of requests for labels: each is one of a few, regardless of what a client sends. */
final class Route {

    /** Of requests that are for no operation, or are refused before it is known for which. */
    static final String NONE = "none";

    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

    private Route() {}

    /**
     * The template of the operation's path below the interface's root, such as {@code registrations/{node_id}}.
     *
     * @param operation {@code null} where the request is for none
     */
    static String of(Method operation) {
        if (operation == null) {
            return NONE;
        }
        String ofClass = path(operation.getDeclaringClass());
        String ofMethod = path(operation);
        return ofMethod.isEmpty() ? ofClass : ofClass + '/' + ofMethod;
    }

    /** The method of the request, or {@code other}. */
    static String method(String method) {
        return ReadMethods.isSafe(method) || WRITES.contains(method) ? method : "other";
    }

    /** The class of a status, such as {@code 4xx}. */
    static String statusClass(int status) {
        return status / 100 + "xx";
    }

    private static String path(AnnotatedElement place) {
        Path path = place.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }
}
