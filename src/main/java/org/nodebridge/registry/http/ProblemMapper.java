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
import org.nodebridge.registry.http.body.BodyTooLargeException;
import org.nodebridge.registry.http.body.BrokenBodyException;
import org.nodebridge.registry.http.body.BrokenEncodingException;
import org.nodebridge.registry.http.body.TooManyBodiesException;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into a problem; an unforeseen exception is logged, and answered without its details. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    @Inject
    @Any
    private Instance<ProblemRule> rules;

    @Override
    public Response toResponse(Throwable failure) {
        Optional<Problem> foreseen = foreseen(failure, rules);
        if (foreseen.isEmpty() && failure instanceof WebApplicationException web) {
            return answer(web);
        }
        return foreseen.orElseGet(() -> defect(failure)).response();
    }

    static Problem defect(Throwable failure) {
        LOG.atError().setCause(failure).log("A request failed unexpectedly");
        return failed();
    }

    private static Problem failed() {
        return Problem.ofStatus(500, "The registry failed", "see the registry's log");
    }

    /**
     * The answer for the failure: a refusal is about the data, an outage passes, a defect of the store gives no
     * details.
     *
     * @return empty for any other defect, and for what a library answers by itself
     */
    static Optional<Problem> foreseen(Throwable failure, Iterable<ProblemRule> rules) {
        if (failure instanceof StoreRefusedException) {
            return Optional.of(Problem.refused(failure.getMessage(), null));
        }
        if (failure instanceof StoreDefectException) {
            return Optional.of(failed()); // the log has it
        }
        if (failure instanceof StoreUnavailableException) {
            return Optional.of(Problem.unavailable(failure.getMessage(), null)); // for any timeout
        }
        Optional<Problem> ofBody = ofBody(failure);
        if (ofBody.isPresent()) {
            return ofBody;
        }
        if (failure instanceof InvalidInputException invalid) {
            return Optional.of(Problem.invalid(invalid.errors()));
        }
        if (failure instanceof TooMuchAtOnceException) {
            return Optional.of(Problem.tooMany(failure.getMessage()));
        }
        for (ProblemRule rule : rules) {
            Optional<Problem> problem = rule.of(failure);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    /**
     * Why the body of a request could not be read, so that the client can tell; empty for any other failure.
     *
     * @param failure that of the body's stream, or one that another has wrapped it in
     */
    public static Optional<Problem> ofBody(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLargeException tooLarge) {
                return Optional.of(Problem.bodyTooLarge(tooLarge.most()));
            }
            if (cause instanceof TooManyBodiesException) {
                return Optional.of(Problem.tooManyBodies(cause.getMessage()));
            }
            if (cause instanceof BrokenEncodingException) {
                return Optional.of(Problem.brokenEncoding(cause.getMessage()));
            }
            if (cause instanceof BrokenBodyException) {
                return Optional.of(Problem.ofStatus(400, "Bad Request", "the body's chunks are broken"));
            }
            if (cause instanceof SocketTimeoutException) {
                return Optional.of(Problem.ofStatus(408, "Request Timeout", "the body did not come in time"));
            }
        }
        return Optional.empty();
    }

    private static Response answer(WebApplicationException web) {
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
}
