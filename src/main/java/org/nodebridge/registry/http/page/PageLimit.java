// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.http.InvalidInputException;

/** How many entries a page of any listing may have. */
public final class PageLimit {

    private static final int LARGEST_PAGE = 1000;

    private PageLimit() {}

    public static int of(String text) {
        long limit = Characters.wholeNumber(text, LARGEST_PAGE).orElse(0);
        if (limit == 0) {
            throw new InvalidInputException("limit", "must be a whole number from 1 to " + LARGEST_PAGE);
        }
        return (int) limit;
    }
}
