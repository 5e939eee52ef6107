// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.page.PageToken;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;

/**
 * The place in a list of registrations where a page ended, in a form that is safe in a URL: the last node's id, its
 * value of what the list is sorted by, the sort, and a digest of the filters. It says where to go on even when that
 * node has left, and tells when it is used with another list than its own.
 */
public final class RegistrationsCursor {

    /** The region follows in a list of all. */
    private static final int LOCAL_PARTS = 4;

    private RegistrationsCursor() {}

    /**
     * @param allRegions whether the list has nodes of all regions
     * @param filters in a fixed order
     */
    public static String encode(Place last, RegistrationOrder order, boolean allRegions, List<String> filters) {
        ArrayNode parts = WireJson.PLAIN.createArrayNode()
                .add(order.wireName())
                .add(digest(filters))
                .add(last.value())
                .add(last.nodeId());
        return PageToken.encoded((allRegions ? parts.add(last.region()) : parts).toString());
    }

    /** @throws InvalidInputException when it is no cursor, or one of another list */
    public static Place decode(String encoded, RegistrationOrder order, boolean allRegions, List<String> filters) {
        List<String> parts = parts(encoded);
        RegistrationOrder sort = parts.isEmpty() ? null : RegistrationOrder.ofWireName(parts.get(0)).orElse(null);
        if (sort == null || !sort.key().takes(parts.get(2))) {
            throw PageToken.refused();
        }
        if (parts.size() > LOCAL_PARTS != allRegions) {
            throw new InvalidInputException(
                    "cursor", "is of a list with scope=" + (allRegions ? "local" : "all") + ", not with scope="
                            + (allRegions ? "all" : "local"));
        }
        if (!sort.equals(order)) {
            throw new InvalidInputException(
                    "cursor", "is of a list sorted by " + sort.wireName() + ", not by " + order.wireName());
        }
        if (!parts.get(1).equals(digest(filters))) {
            throw new InvalidInputException("cursor", "is of a list with other filters");
        }
        return new Place(parts.get(2), parts.get(3), allRegions ? parts.get(LOCAL_PARTS) : "");
    }

    private static List<String> parts(String encoded) {
        try {
            String[] parts = WireJson.PLAIN.readValue(PageToken.decoded(encoded).orElse("null"), String[].class);
            boolean whole = parts != null && (parts.length == LOCAL_PARTS || parts.length == LOCAL_PARTS + 1)
                    && Stream.of(parts).noneMatch(Objects::isNull);
            return whole && Stream.of(parts).allMatch(Storable::text) ? List.of(parts) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String digest(List<String> filters) {
        return Sha256.base64Url(String.join("\u001f", filters).getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }
}
