// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemMapper;
import org.nodebridge.registry.mesh.MeshProblems.MeshUnavailableException;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest;
import org.nodebridge.registry.mesh.xds.MalformedMessageException;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.security.EnvoyPaths;
import org.nodebridge.registry.security.Role;

/**
 * Clusters and assignments for Envoy, which asks by REST again and again. A POST, but it only reads. No part of JAX-RS
 * and of OpenAPI: the paths and forms are Envoy's.
 */
@WebServlet(urlPatterns = {EnvoyPaths.CLUSTERS, EnvoyPaths.ENDPOINTS})
public class DiscoveryServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String JSON = "application/json";

    @Inject
    private transient MeshView view;

    @Inject
    private transient SecuritySettings security;

    @Inject
    private transient RegistryMetrics metrics;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        boolean mayRead = security.openReads()
                || Caller.of(request).filter(caller -> caller.roles().contains(Role.READER.id())).isPresent();
        if (!mayRead) {
            response.sendError(Caller.of(request).isEmpty()
                    ? HttpServletResponse.SC_UNAUTHORIZED
                    : HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        // which a page of another site cannot send without being asked first
        if (request.getContentType() == null || !request.getContentType().startsWith(JSON)) {
            response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
            return;
        }
        answer(request, response);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body;
        try {
            body = request.getInputStream().readAllBytes();
        } catch (IOException e) {
            problem(response, ProblemMapper.ofBody(e).orElseThrow(() -> e));
            return;
        }
        ResourceType type = request.getServletPath().equals(EnvoyPaths.CLUSTERS)
                ? ResourceType.CLUSTERS
                : ResourceType.ENDPOINTS;
        try {
            DiscoveryRequest asked = DiscoveryRequest.readJson(body);
            if (!asked.typeUrl().isEmpty() && !asked.typeUrl().equals(type.url())) {
                throw new MalformedMessageException("asks for another type than " + type.url());
            }
            RestAnswer answer = RestAnswer.of(view.current(), type, asked);
            metrics.xdsRestAnswers(type.wireName(), answer.isNew() ? "changed" : "unchanged");
            if (answer.isNew()) {
                write(response, 200, JSON, answer.body());
            } else {
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            }
        } catch (MalformedMessageException e) {
            problem(response, Problem.invalid(List.of(new FieldError("body", e.getMessage()))));
        } catch (MeshUnavailableException e) {
            problem(response, Problem.viewUnavailable(e.getMessage()));
        }
    }

    private static void problem(HttpServletResponse response, Problem problem) throws IOException {
        ObjectMapper mapper = JsonFormat.mapper();
        problem.headers().forEach(response::setHeader);
        write(response, problem.status(), Problem.MEDIA_TYPE, mapper.convertValue(problem, Map.class));
    }

    private static void write(HttpServletResponse response, int status, String type, Map<?, ?> body)
            throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.getOutputStream().write(JsonFormat.mapper().writeValueAsBytes(body));
    }
}
