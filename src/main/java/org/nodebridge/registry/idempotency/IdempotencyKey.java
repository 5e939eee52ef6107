// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.registration.api.RegistrationBatchResource;

/** The header by which a caller says that two requests are the same one. */
public final class IdempotencyKey {

    public static final String HEADER = "Idempotency-Key";

    private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

    private IdempotencyKey() {}

    /**
     * The key of a request; {@code null} for none.
     *
     * @throws InvalidInputException when it has no usable form, or the request is a stream and can have none
     */
    public static String of(ContainerRequestContext request) {
        List<String> given = request.getHeaders().get(HEADER);
        if (given == null || given.isEmpty()) {
            return null;
        }
        if (given.size() > 1 || given.get(0) == null || !FORM.matcher(given.get(0)).matches()) {
            throw new InvalidInputException(HEADER, "must be 1 to 255 visible ASCII characters, once");
        }
        if (request.getMediaType() != null && RegistrationBatchResource.NDJSON.equals(
                request.getMediaType().getType() + "/" + request.getMediaType().getSubtype())) {
            throw new InvalidInputException(
                    HEADER, "is not taken with a batch, which is a stream; its lines may be sent again as they are");
        }
        return given.get(0);
    }

    /** What makes two requests the same one but for their bodies: caller, method, path with query, and key. */
    public static byte[] identity(ContainerRequestContext request, String key) {
        String path = request.getUriInfo().getRequestUri().getRawPath();
        String query = request.getUriInfo().getRequestUri().getRawQuery();
        String identity = String.join(
                "\n", request.getMethod(), path, query == null ? "" : query, key,
                Actor.of(request.getSecurityContext()));
        return Sha256.of(identity.getBytes(StandardCharsets.UTF_8));
    }

}
