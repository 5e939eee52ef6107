// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/**
 * What the check of an entry is to be. What a probe of the catalog's own found is its own affair; but a check there
 * must be, and no probe of what the registry may not probe.
 *
 * @param status what it is to say where the registry sets it
 * @param mayBeProbed whether the catalog may be given the node's health URL
 * @param probeDecides whether a probe sets the check's status, as the agent's does
 */
public record ExpectedCheck(CheckStatus status, boolean mayBeProbed, boolean probeDecides) {

    /** One that the catalog itself makes follow the check of another entry, and that counts as probed. */
    public static final ExpectedCheck FOLLOWS = new ExpectedCheck(CheckStatus.PASSING, true, true);

    /** Whether the entry's check is what it is to be. */
    public boolean meets(CatalogInstance entry) {
        return entry.status() != null && expected(entry).equals(actual(entry));
    }

    /** What the entry's check is to say. */
    public String expected(CatalogInstance entry) {
        if (!probeDecides || !mayBeProbed) {
            return status.wireName();
        }
        return entry.status() == null ? "any" : entry.probed() ? entry.status().wireName() : status.wireName();
    }

    /** What it says; {@code null} when there is none. */
    public String actual(CatalogInstance entry) {
        if (entry.status() == null) {
            return null;
        }
        String said = entry.status().wireName();
        return entry.probed() && !mayBeProbed ? said + ", by a probe of an address that is not allowed" : said;
    }
}
