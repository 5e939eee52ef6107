// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.util.Optional;
import org.nodebridge.registry.security.CorrelationId;

/**
 * Answers a problem where the container would answer by a page with its own codes and class names: for what is no part
 * of the API, and for requests that never reached it. {@code web.xml} names it for every error.
 */
@WebServlet(urlPatterns = "/error", asyncSupported = true)
public class ErrorPage extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // who asks for this address itself finds nothing here
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        String id = Optional.ofNullable(CorrelationId.current()).orElseGet(() -> CorrelationId.of(request));
        CorrelationId.begin(id);
        try {
            Problem problem = problem(status instanceof Integer code && code >= 400 ? code : 404);
            response.setStatus(problem.status());
            response.setHeader(CorrelationId.HEADER, id);
            response.setHeader("Cache-Control", "no-store");
            response.setContentType(Problem.MEDIA_TYPE);
            response.getOutputStream()
                    .write(new JsonFormat().getContext(Problem.class).writeValueAsBytes(problem));
        } finally {
            CorrelationId.end();
        }
    }

    /** The answer for an error of which only the status is known. */
    static Problem problem(int status) {
        String title = Optional.ofNullable(Status.fromStatusCode(status))
                .map(Status::getReasonPhrase)
                .orElse("Error");
        return Problem.ofStatus(status, title, detail(status));
    }

    /** In words of ours, where a library's would name its own codes. */
    static String detail(int status) {
        return switch (status) {
            case 400 -> "the request cannot be read";
            case 403 -> "this is not allowed";
            case 404 -> "there is nothing at this address";
            case 405 -> "this is not possible by this method; Allow names those that are";
            case 406 -> "there is no such form of this; see Accept";
            case 415 -> "a body of this form is not read here; see Content-Type";
            default -> status < 500 ? "the request was refused" : "see the registry's log";
        };
    }
}
