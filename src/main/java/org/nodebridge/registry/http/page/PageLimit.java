// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import org.nodebridge.registry.http.InvalidInputException;

/** How many entries a page of any listing may have. */
public final class PageLimit {

    private static final int LARGEST_PAGE = 1000;

    private PageLimit() {}

    public static int of(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LARGEST_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InvalidInputException("limit", "must be a whole number from 1 to " + LARGEST_PAGE);
    }
}
