// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.annotation.Priority;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.security.ReadMethods;
import org.nodebridge.registry.security.SignIn;

/**
 * Lets a request through when its caller has the role that the operation needs. Asked before the container's own check
 * of the same annotations, because that would neither answer by a problem nor close what has no annotation.
 */
@Provider
@Priority(AccessFilter.FIRST)
public class AccessFilter implements ContainerRequestFilter {

    static final int FIRST = 100;

    @Inject
    private SecuritySettings settings;

    @Inject
    private SignIn signIn;

    @Context
    private ResourceInfo operation;

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        CallerContext context =
                new CallerContext(Caller.of(servletRequest).orElse(null), servletRequest.isSecure());
        request.setSecurityContext(context);
        Optional<String> role = roleFor(request.getMethod(), operation.getResourceMethod());
        if (role.isEmpty() || isOpen(role.get()) || context.isUserInRole(role.get())) {
            return;
        }
        request.abortWith(context.caller() == null
                ? notSignedIn(request)
                : Problem.ofStatus(403, "The role is missing", "this needs the role " + role.get()).response());
    }

    /** The least role that an operation needs; empty for an open operation. */
    static Optional<String> roleFor(String httpMethod, Method operation) {
        for (AnnotatedElement place : List.of(operation, operation.getDeclaringClass())) {
            RolesAllowed allowed = place.getAnnotation(RolesAllowed.class);
            if (allowed != null) {
                return Stream.of(Roles.READER, Roles.OPERATOR, Roles.ADMIN)
                        .filter(List.of(allowed.value())::contains)
                        .findFirst()
                        .or(() -> Optional.of(Roles.ADMIN));
            }
            if (place.isAnnotationPresent(PermitAll.class)) {
                return Optional.empty();
            }
        }
        return Optional.of(ReadMethods.gets(httpMethod) ? Roles.READER : Roles.ADMIN);
    }

    private boolean isOpen(String role) {
        return role.equals(Roles.READER) && settings.openReads();
    }

    private Response notSignedIn(ContainerRequestContext request) {
        Response problem = Problem.ofStatus(401, "Sign in", "this needs somebody who has signed in").response();
        return Response.fromResponse(problem)
                .header("WWW-Authenticate", signIn.challenge(request.getHeaderString("Sec-Fetch-Dest"), null))
                .build();
    }
}
