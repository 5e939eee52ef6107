// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.UncheckedIOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.http.Problem;

/**
 * Some registrations in the order that was asked for.
 *
 * @param nextCursor what to ask for the next page with; absent on the last page
 * @param totalCount how many there are on all pages together; absent where that was not asked for
 */
@Schema(requiredProperties = {"registrations"})
record RegistrationPage(List<RegistrationView> registrations, String nextCursor, Long totalCount) {

    private static final ObjectMapper JSON = JsonFormat.mapper();

    /**
     * The page, or 304 where the caller has it already. The entity tag is a digest of the page as it would be sent, so
     * that it changes whenever anything on it does: a heartbeat too, unless {@code fields} leaves that out. It saves
     * sending the page, not reading it. It is weak, since a proxy may send the same page compressed.
     */
    public Response response(Request request, FieldSelection fields) {
        byte[] body = json(fields);
        EntityTag tag = new EntityTag(Sha256.base64Url(body).substring(0, 27), true);
        Response.ResponseBuilder notModified = request.evaluatePreconditions(tag);
        if (notModified != null && notModified.build().getStatus() == 412) {
            return Problem.ofStatus(412, "Precondition Failed", "the page is not the one that If-Match names")
                    .response();
        }
        Response.ResponseBuilder response = notModified == null
                ? Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                : notModified;
        // kept, but never used without asking
        return response.tag(tag).header(HttpHeaders.CACHE_CONTROL, "private, no-cache").build();
    }

    private byte[] json(FieldSelection fields) {
        try {
            return fields.names().isEmpty()
                    ? JSON.writeValueAsBytes(this)
                    : JSON.writeValueAsBytes(fields.of((ObjectNode) JSON.valueToTree(this)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
