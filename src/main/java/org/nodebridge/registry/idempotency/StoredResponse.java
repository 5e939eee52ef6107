// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.idempotency.IdempotencyRepository.StoredAnswer;

/** An answer between the form in which it is given and that in which it is kept. */
final class StoredResponse {

    static final String REPLAYED = "Idempotent-Replay";

    private static final List<String> HEADERS = List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION);

    private StoredResponse() {}

    /** Whether the answer would be the same another time; if not, the caller shall try again. */
    static boolean isFinal(int status) {
        return status < 500 && status != 408 && status != 429 && status != 401 && status != 403;
    }

    /** Status and headers of an answer, without its body. */
    static StoredAnswer of(ContainerResponseContext response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : HEADERS) {
            String value = response.getHeaderString(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        try {
            return new StoredAnswer(response.getStatus(), WireJson.PLAIN.writeValueAsString(headers), null);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer again, byte for byte, with a header that says so. */
    static Response repeated(StoredAnswer answer) {
        Response.ResponseBuilder response = Response.status(answer.status()).header(REPLAYED, "true");
        try {
            WireJson.PLAIN.readValue(answer.headers(), new TypeReference<Map<String, String>>() {})
                    .forEach((name, value) -> response.header(name, value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        return answer.body().length == 0 ? response.build() : response.entity(answer.body()).build();
    }
}
