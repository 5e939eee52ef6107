// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.time.Instant;
import java.util.List;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;

/** Knows the nodes of other regions. Safe from many threads. */
public interface OtherHomes {

    /** The names of other regions that have a node of this id too, from memory. */
    List<String> of(String nodeId);

    /**
     * Nodes of other regions that fit, in order; those that are equal in it by their ids, and then by their regions.
     *
     * @param after the place after which to begin; {@code null} for the beginning
     * @param limit the most nodes
     * @param bytes the most bytes of registrations; a single one may be longer
     */
    Page page(RegistrationFilter filter, RegistrationOrder order, Place after, int limit, long bytes);

    /** How many nodes of other regions fit. */
    long count(RegistrationFilter filter);

    /** The numbers of these places, from 0, in the order that PostgreSQL gives them. */
    List<Integer> inOrder(RegistrationOrder order, List<Place> places);

    /** @param more whether there are more behind the last */
    record Page(List<Published> nodes, boolean more) {}

    /**
     * A node of another region, as that region has published it.
     *
     * @param place where it stands in the order that was asked for
     * @param linkState connected, behind or unreachable
     * @param revision of that region
     * @param importedAt when that came here
     * @param unreadableSince since when its newest record is one that could not be read; {@code null} where it was read
     * @param others all but capabilities, endpoints and metadata, which are objects; JSON, in which anything may stand
     */
    record Published(
            Place place, String linkState, long revision, Instant importedAt, Instant unreadableSince,
            String capabilities, String endpoints,
            String metadata, String others) {

        long size() {
            return 2L * (length(capabilities) + length(endpoints) + length(metadata) + others.length());
        }

        private static int length(String text) {
            return text == null ? 0 : text.length();
        }
    }
}
