// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into a problem; what is not foreseen is logged and told without its inner details. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    @Inject
    @Any
    private Instance<ProblemRule> rules;

    @Override
    public Response toResponse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // wrapped by whoever wanted to read the body
            if (cause instanceof BodyTooLargeException tooLarge) {
                return Problem.bodyTooLarge(tooLarge.most()).response();
            }
            if (cause instanceof BrokenBodyException) {
                return Problem.ofStatus(400, "Bad Request", "the body's chunks or compression are broken").response();
            }
            if (cause instanceof SocketTimeoutException) {
                return Problem.ofStatus(408, "Request Timeout", "the body did not come in time").response();
            }
        }
        if (failure instanceof InvalidInputException invalid) {
            return Problem.invalid(invalid.errors()).response();
        }
        if (failure instanceof StoreDefectException) {
            return Problem.ofStatus(500, "The registry failed", "see the registry's log").response(); // which has it
        }
        if (failure instanceof StoreException store) {
            return Problem.unavailable(store.getMessage(), null).response();
        }
        if (failure instanceof TooMuchAtOnceException) {
            return Problem.tooMany(failure.getMessage()).response();
        }
        for (ProblemRule rule : rules) {
            Optional<Problem> problem = rule.of(failure);
            if (problem.isPresent()) {
                return problem.get().response();
            }
        }
        if (failure instanceof WebApplicationException web) {
            Response answer = web.getResponse();
            if (answer.getStatus() < 400) {
                return answer; // to OPTIONS JAX-RS answers by an exception with a good status
            }
            Response problem = Problem.ofStatus(
                    answer.getStatus(), answer.getStatusInfo().getReasonPhrase(),
                    String.valueOf(web.getMessage()).startsWith("RESTEASY")
                            ? ErrorPage.detail(answer.getStatus())
                            : web.getMessage())
                    .response();
            return Response.fromResponse(problem).header("Allow", answer.getHeaderString("Allow")).build();
        }
        LOG.atError().setCause(failure).log("A request failed unexpectedly");
        return Problem.ofStatus(500, "The registry failed", "see the registry's log").response();
    }
}
