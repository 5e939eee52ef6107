// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.Findings;

/**
 * Refuses a request with a query parameter that the method it is for does not declare, or with one twice that is not
 * declared as a collection: a filter with a slip of the pen in its name would else be no filter at all. What a method
 * takes must therefore be declared by {@link QueryParam}, on a parameter of it or on a field of a {@link BeanParam}.
 *
 * <p>Refuses a path with a semicolon too: what follows one is a parameter by JAX-RS, so that a request for the node
 * {@code a;b} would read or deregister the node {@code a}. And it refuses escaped bytes of a query that are no UTF-8,
 * for which JAX-RS would put U+FFFD.
 */
@Provider
public class KnownParametersFilter implements ContainerRequestFilter {

    static final String NO_UTF_8 = "must be UTF-8 where it is escaped as %XX";

    /** Each has a text of some hundred characters, and a short query can have thousands. */
    private static final int MAX_ERRORS = 20;

    /** By method, of which there are as many as the interface has: reflection would look at each request. */
    private final Map<Method, Map<String, Boolean>> known = new ConcurrentHashMap<>();

    @Context
    private ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        if (resource.getResourceMethod() == null) {
            return; // what JAX-RS answers by itself has none
        }
        URI address = request.getUriInfo().getRequestUri();
        if (address.getRawPath().contains(";")) {
            throw new InvalidInputException("path", "must have %3B for a semicolon");
        }
        checkEncoding(address.getRawQuery());
        Map<String, List<String>> given = request.getUriInfo().getQueryParameters();
        List<FieldError> errors = errors(
                given, known.computeIfAbsent(resource.getResourceMethod(), KnownParametersFilter::known));
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }

    private static void checkEncoding(String query) {
        if (query == null || PercentEncoding.isUtf8(query)) {
            return;
        }
        for (String pair : query.split("&")) {
            if (!PercentEncoding.isUtf8(pair)) {
                String name = pair.split("=", 2)[0];
                throw new InvalidInputException(
                        PercentEncoding.isUtf8(name) ? Findings.shown(URLDecoder.decode(name, UTF_8)) : "query",
                        NO_UTF_8);
            }
        }
    }

    /** @param known the names of parameters, and whether each may be repeated */
    static List<FieldError> errors(Map<String, List<String>> given, Map<String, Boolean> known) {
        List<FieldError> errors = new ArrayList<>();
        given.forEach((name, values) -> {
            if (errors.size() == MAX_ERRORS) {
                return;
            }
            if (!known.containsKey(name)) {
                errors.add(new FieldError(Findings.shown(name), known.isEmpty()
                        ? "is not known here; there are no query parameters"
                        : "is not known here; the query parameters are " + String.join(", ", known.keySet())));
            } else if (values.size() > 1 && !known.get(name)) {
                errors.add(new FieldError(name, "may be given once"));
            }
        });
        return errors;
    }

    /** The query parameters of a resource method, and whether each may be repeated. */
    static Map<String, Boolean> known(Method method) {
        Map<String, Boolean> known = new TreeMap<>();
        for (Parameter parameter : method.getParameters()) {
            note(parameter, parameter.getType(), known);
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                for (Class<?> bean = parameter.getType(); bean != null; bean = bean.getSuperclass()) {
                    Stream.of(bean.getDeclaredFields()).forEach(field -> note(field, field.getType(), known));
                }
            }
        }
        return known;
    }

    private static void note(AnnotatedElement declaration, Class<?> type, Map<String, Boolean> known) {
        QueryParam parameter = declaration.getAnnotation(QueryParam.class);
        if (parameter != null) {
            known.put(parameter.value(), Collection.class.isAssignableFrom(type));
        }
    }
}
