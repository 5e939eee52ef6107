// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nodebridge.registry.registration.api.OtherHomes.Published;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/**
 * Our own nodes and those of other regions as one list. Each half is read from the same place in the order, and has
 * half of the bytes; the page ends where one of them does, if that half has more. Safe from many threads.
 */
@ApplicationScoped
public class AllRegions {

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private OtherHomes others;

    /**
     * A page.
     *
     * @param shown how a node of our own is shown
     */
    public Page page(
            RegistrationFilter filter, RegistrationOrder order, Place after, int limit, long bytes,
            Function<ToolRegistration, RegistrationView> shown) {
        ToolRegistrationRepository.Page own = registrations.page(filter, order, after, limit, bytes / 2);
        OtherHomes.Page theirs = others.page(filter, order, after, limit, bytes / 2);
        return merged(own, theirs, order, limit, shown);
    }

    /** How many nodes fit in all. */
    public long count(RegistrationFilter filter) {
        return registrations.count(filter) + others.count(filter);
    }

    private Page merged(
            ToolRegistrationRepository.Page own, OtherHomes.Page theirs, RegistrationOrder order, int limit,
            Function<ToolRegistration, RegistrationView> shown) {
        int ours = own.rows().size();
        List<Place> places =
                Stream.concat(own.rows().stream().map(order::placeOf), theirs.nodes().stream().map(Published::place))
                        .toList();
        List<RegistrationView> page = new ArrayList<>();
        long bytes = 0;
        int takenOfOurs = 0;
        Place last = null;
        for (int next : others.inOrder(order, places)) {
            boolean endOfHalf = takenOfOurs == ours && own.more()
                    || page.size() - takenOfOurs == theirs.nodes().size() && theirs.more();
            if (page.size() == limit || endOfHalf) {
                break;
            }
            if (next < ours) {
                ToolRegistration row = own.rows().get(next);
                page.add(shown.apply(row));
                bytes += row.size();
                takenOfOurs++;
            } else {
                Published node = theirs.nodes().get(next - ours);
                page.add(PublishedView.of(node));
                bytes += node.size();
            }
            last = places.get(next);
        }
        boolean more = page.size() < places.size() || own.more() || theirs.more();
        return new Page(page, more ? last : null, bytes);
    }

    /**
     * @param last where the page ends, if others follow; else {@code null}
     * @param bytes that it is made of
     */
    public record Page(List<RegistrationView> registrations, Place last, long bytes) {}
}
