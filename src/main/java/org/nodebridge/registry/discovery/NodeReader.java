// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.jdbc.StoredJson;

/**
 * Makes nodes of rows, with one copy of the texts that many of them share. The texts it remembers are bounded: when
 * they are too many it forgets them, and equal texts that come later are further copies. For one thread at a time.
 */
public final class NodeReader {

    private static final int MAX_SHARED = 20_000;
    private static final float MIN_WEIGHT = 0.01f;
    private static final float MAX_WEIGHT = 1000;
    private static final ObjectMapper JSON = new JsonFormat().getContext(List.class);
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final List<String> addressEndpoints;
    private final Map<Object, Object> shared = new HashMap<>();

    /** @param addressEndpoints the names of the endpoints that provide the address, the first choice first */
    public NodeReader(List<String> addressEndpoints) {
        this.addressEndpoints = addressEndpoints;
    }

    /** @param now when the row was read */
    public DiscoveredNode read(NodeRow row, long now) {
        boolean callable = row.endpoints() != null
                && CallableAddress.of(StoredJson.texts(row.endpoints()), addressEndpoints).isPresent();
        return new DiscoveredNode(
                row.nodeId(),
                shared(row.nodeType()),
                shared(row.nodeVersion()),
                shared(row.region()),
                texts(row.capabilities()),
                texts(row.metadata()),
                row.endpoints(),
                RegistrationStatus.ofWireName(row.status()),
                CheckStatus.ofWireName(row.checkStatus()).orElse(null),
                callable,
                row.cordoned(),
                weight(row.weight()),
                now - (long) (row.registeredFor() * 1000),
                row.heartbeatFor() == null ? -1 : operations(row.activeOperations()),
                row.heartbeatFor() == null ? Float.NaN : cpu(row.cpuPercent()),
                row.heartbeatFor() == null ? Long.MIN_VALUE : now - (long) (row.heartbeatFor() * 1000));
    }

    static long operations(Long reported) {
        return reported == null ? -1 : reported;
    }

    static float cpu(Double reported) {
        return reported == null ? Float.NaN : reported.floatValue();
    }

    private List<String> texts(String array) {
        if (array == null) {
            return List.of();
        }
        try {
            return shared(List.copyOf(JSON.readValue(array, TEXTS).stream().map(this::shared).toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave JSON that is no array of texts", e);
        }
    }

    @SuppressWarnings("unchecked") // equal, so of the same class
    private <T> T shared(T text) {
        if (text == null) {
            return null;
        }
        if (shared.size() >= MAX_SHARED) {
            shared.clear();
        }
        return (T) shared.computeIfAbsent(text, same -> same);
    }

    private static float weight(String text) {
        if (text == null) {
            return 1;
        }
        try {
            float weight = Float.parseFloat(text);
            return weight > 0 ? Math.min(MAX_WEIGHT, Math.max(MIN_WEIGHT, weight)) : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
