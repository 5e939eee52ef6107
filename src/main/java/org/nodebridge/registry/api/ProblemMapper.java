// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.net.SocketTimeoutException;
import java.util.List;
import org.nodebridge.registry.changes.TooManyWatchersException;
import org.nodebridge.registry.registration.AnnouncementFailedException;
import org.nodebridge.registry.registration.CorrelationInUseException;
import org.nodebridge.registry.registration.TooManyOpenRequestsException;
import org.nodebridge.registry.registration.TooManyRegistrationsException;
import org.nodebridge.registry.replay.InvalidReplayException;
import org.nodebridge.registry.replay.ReplayUnderWayException;
import org.nodebridge.registry.replay.TopicUnavailableException;
import org.nodebridge.registry.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into a problem; what is not foreseen is logged and told without its inner details. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    @Override
    public Response toResponse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // wrapped by whoever wanted to read the body
            if (cause instanceof BodyTooLargeException tooLarge) {
                return Problem.bodyTooLarge(tooLarge.most()).response();
            }
            if (cause instanceof SocketTimeoutException) {
                return Problem.ofStatus(408, "Request Timeout", "the body did not come in time").response();
            }
        }
        if (failure instanceof InvalidInputException invalid) {
            return Problem.invalid(invalid.errors()).response();
        }
        if (failure instanceof StoreException store) {
            return Problem.unavailable(store.getMessage(), null).response();
        }
        if (failure instanceof TooManyRegistrationsException
                || failure instanceof TooManyOpenRequestsException
                || failure instanceof TooMuchAtOnceException) {
            return Problem.tooMany(failure.getMessage()).response();
        }
        if (failure instanceof AnnouncementFailedException) {
            return Problem.unavailable(failure.getMessage(), null).response();
        }
        if (failure instanceof CorrelationInUseException inUse) {
            return Problem.ofStatus(409, "Not now", inUse.getMessage()).response();
        }
        if (failure instanceof TooManyWatchersException tooMany) {
            return tooMany.ofOneCaller()
                    ? Problem.tooMany(tooMany.getMessage()).response()
                    : Problem.tooManyWatchers(tooMany.getMessage()).response();
        }
        if (failure instanceof TopicUnavailableException topic) {
            return Problem.unavailable(topic.getMessage(), null).response();
        }
        if (failure instanceof ReplayUnderWayException underWay) {
            return Problem.ofStatus(409, "Not now", underWay.getMessage()).response();
        }
        if (failure instanceof InvalidReplayException invalid) {
            return Problem.invalid(List.of(invalid.error())).response();
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
        LOG.atError().setCause(failure).log("A request failed in a way that nobody foresaw");
        return Problem.ofStatus(500, "The registry failed", "see the registry's log").response();
    }
}
