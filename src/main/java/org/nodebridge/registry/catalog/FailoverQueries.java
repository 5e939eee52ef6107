// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.List;

/**
 * The names by which callers get nodes of another site where theirs has none: the catalog's own server answers them.
 * Safe for many threads; blocks for some seconds at most, four times the time of a request.
 */
public interface FailoverQueries {

    /**
     * Sees to it that callers are led to these datacenters, in this order; or, of none, that nothing of ours leads them
     * anywhere. Writes only where something is otherwise, and never what is not ours. Done at once by two, it is done
     * once.
     *
     * @throws CatalogException when the catalog does not say what there is, or refuses or does not answer the change
     */
    FailoverQuery keep(List<String> datacenters);
}
