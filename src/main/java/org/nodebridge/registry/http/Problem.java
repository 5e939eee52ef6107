// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.http.body.BodyEncoding;
import org.nodebridge.registry.security.CorrelationId;

/**
 * An RFC 9457 problem.
 *
 * @param type a stable name of the kind of problem, {@code urn:nodebridge:problem:...}
 * @param status the HTTP status
 * @param errors every broken field, or {@code null}
 * @param result what became of the registration, or {@code null} when it is not about one
 * @param lastState the last that is known of a node which is not registered; {@code null} where nothing is, or it is
 *     not about that
 */
public record Problem(
        String type, String title, int status, String detail, List<FieldError> errors,
        @Schema(ref = "RegistrationResult") Object result, @Schema(ref = "LastState") Object lastState) {

    /** Those of which the code is made: {@code http-} and the status. */
    static final Set<Integer> STATUSES =
            Set.of(400, 401, 403, 404, 405, 406, 408, 409, 412, 414, 415, 429, 431, 500);

    private Problem(
            String type, String title, int status, String detail, List<FieldError> errors, Object result) {
        this(type, title, status, detail, errors, result, null);
    }

    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem invalid(List<FieldError> errors) {
        return new Problem(urn("invalid-input"), "The input is not valid", 400, detail(errors), errors, null);
    }

    /** The first error whole, for a client that shows nothing else. */
    private static String detail(List<FieldError> errors) {
        int more = errors.size() - 1;
        return more == 0 ? errors.get(0).toString() : errors.get(0) + " (and " + more + " more, see errors)";
    }

    public static Problem notRegistered(String nodeId) {
        return notRegistered(nodeId, null);
    }

    /** @param lastState how it came, or {@code null} */
    public static Problem notRegistered(String nodeId, Object lastState) {
        return new Problem(
                urn("not-registered"), "No such node is registered", 404, named(nodeId) + " is not registered", null,
                null, lastState);
    }

    public static Problem neverHeardOf(String nodeId) {
        return new Problem(
                urn("never-heard-of"), "No such node is known", 404,
                "nothing is known of " + named(nodeId), null, null);
    }

    private static String named(String nodeId) {
        return nodeId.isEmpty() ? "the node with the empty id" : "node " + Findings.shown(nodeId);
    }

    public static Problem stale(String detail, Object result) {
        return new Problem(urn("stale"), "A newer event of this node is known", 409, detail, null, result);
    }

    public static Problem unavailable(String detail, Object result) {
        return new Problem(urn("store-unavailable"), "The registry cannot do that now", 503, detail, null, result);
    }

    /** The same request will never succeed. */
    public static Problem refused(String detail, Object result) {
        return new Problem(urn("store-refused"), "PostgreSQL does not take this", 422, detail, null, result);
    }

    public static Problem tooMany(String detail) {
        return new Problem(urn("too-many-requests"), "Too much is asked at once", 429, detail, null, null);
    }

    static Problem bodyTooLarge(int most) {
        return new Problem(
                urn("body-too-large"), "The body is too long", 413, "a body may be " + most + " bytes here", null,
                null);
    }

    /** The body's encoding is not one that is read here. */
    static Problem unknownEncoding() {
        return ofStatus(
                415, "Unsupported Media Type",
                "a body may have one Content-Encoding of " + BodyEncoding.SUPPORTED + ", or none");
    }

    /** The body is not in the encoding that it names. */
    static Problem brokenEncoding(String message) {
        return invalid(List.of(new FieldError(BodyEncoding.HEADER, message)));
    }

    static Problem tooManyBodies(String detail) {
        return new Problem(urn("too-many-bodies"), "Too much is being sent at once", 503, detail, null, null);
    }

    public static Problem keyInUse() {
        return new Problem(
                urn("idempotency-key-in-use"), "The first request is under way", 409,
                "a request with this Idempotency-Key has not been answered yet; send it again a little later", null,
                null);
    }

    public static Problem keyReused() {
        return new Problem(
                urn("idempotency-key-reused"), "The key stands for another request", 422,
                "this Idempotency-Key came with another body before; a new request needs a new key", null, null);
    }

    public static Problem tooManyWatchers(String detail) {
        return new Problem(urn("too-many-watchers"), "Too many watch this replica", 503, detail, null, null);
    }

    public static Problem viewUnavailable(String detail) {
        return new Problem(
                urn("discovery-view-unavailable"), "Who can be called is not known now", 503, detail, null, null);
    }

    /** There is nothing that the path or a parameter names. */
    public static Problem notThere(String title, String what, String id) {
        return ofStatus(404, title, what + " " + Findings.shown(id) + " is not there");
    }

    /** A status that nothing is known to answer has the code of its class: there are no codes beside the table. */
    public static Problem ofStatus(int status, String title, String detail) {
        int coded = STATUSES.contains(status) ? status : status < 500 ? 400 : 500;
        return new Problem(urn("http-" + coded), title, status, detail, null, null);
    }

    /** The last part of the type, for programs that compare. */
    @JsonProperty("code")
    public String code() {
        return type.substring(type.lastIndexOf(':') + 1);
    }

    /** By which the registry's log tells more; that of the request which this thread serves. */
    @JsonProperty("correlation_id")
    public String correlationId() {
        return CorrelationId.current();
    }

    public Response response() {
        Response.ResponseBuilder response = Response.status(status).type(MEDIA_TYPE).entity(this);
        headers().forEach(response::header);
        return response.build();
    }

    /** When the client may try again, where it may. */
    public Map<String, String> headers() {
        return switch (status) {
            case 429 -> Map.of("Retry-After", "1");
            case 503 -> Map.of("Retry-After", "5");
            default -> Map.of();
        };
    }

    private static String urn(String name) {
        return "urn:nodebridge:problem:" + name;
    }
}
