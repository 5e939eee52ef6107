// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A registration, and what only a read of one node shows.
 *
 * @param registration its members stand at the top
 * @param storeComparison what each store has; absent where that was not asked for
 * @param conflict two live processes with this node id; absent where there are none
 * @param recentChanges the last ten at most, newest first
 */
@Schema(requiredProperties = {"node_id", "node_type", "status", "health", "row_version", "revision", "recent_changes"})
record RegistrationDetail(
        @JsonUnwrapped RegistrationView registration, StoreComparisonView storeComparison, ConflictView conflict,
        List<ChangeView> recentChanges) {}
