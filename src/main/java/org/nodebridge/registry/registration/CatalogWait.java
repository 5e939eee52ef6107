// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.concurrent.BoundedWait;

/** Waits for what becomes of changes in the catalog. */
final class CatalogWait {

    private CatalogWait() {}

    /** What became of these nodes; unavailable when time is up first: what is not known is written again. */
    static CatalogOutcome outcome(CompletionStage<CatalogOutcome> stage, Collection<String> nodeIds) {
        try {
            return BoundedWait.result(stage);
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return new CatalogOutcome(
                        Set.of(), Map.of(), Set.copyOf(nodeIds), "no word of Consul: " + e.getCause().getMessage());
            }
            throw e;
        }
    }
}
