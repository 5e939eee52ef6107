// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.Map;

/**
 * What replicas tell each other through the catalog's server, because it must outlast PostgreSQL. Safe for many
 * threads; blocks for some seconds at most.
 */
public interface CatalogNotes {

    /**
     * Raises a number that the replicas share to at least this.
     *
     * @param name letters, digits, hyphens and slashes
     * @return what it is then
     * @throws CatalogException when the catalog does not say
     */
    long raise(String name, long value);

    /**
     * The numbers that are noted below a name.
     *
     * @param name without the slash behind it
     * @return by what follows the slash in their names; empty when there are none, or none that we may read
     * @throws CatalogException when the catalog does not say
     */
    Map<String, Long> below(String name);

    /**
     * Removes a note, unless it has changed.
     *
     * @param number what it is to be still
     * @return whether it is gone by this
     * @throws CatalogException when the catalog does not say
     */
    boolean forget(String name, long number);
}
