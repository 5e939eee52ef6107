// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Pattern;

/** The header by which a caller says that two requests are the same one. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

    private IdempotencyKey() {}

    /**
     * The key of a request; {@code null} for none.
     *
     * @throws InvalidInputException when it has no usable form, or the request is a stream and can have none
     */
    static String of(ContainerRequestContext request) {
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
    static byte[] identity(ContainerRequestContext request, String key) {
        String path = request.getUriInfo().getRequestUri().getRawPath();
        String query = request.getUriInfo().getRequestUri().getRawQuery();
        String identity = String.join(
                "\n", request.getMethod(), path, query == null ? "" : query, key, WriteRate.caller(request));
        return sha256(identity.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
