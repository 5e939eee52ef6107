package org.nodebridge.registry.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A registration, and what only a read of one node shows.
 *
 * @param registration its members stand at the top
 * @param storeComparison what each store has; absent where that was not asked for
 * @param recentChanges the last ten at most, newest first
 */
record RegistrationDetail(
        @JsonUnwrapped RegistrationView registration, StoreComparisonView storeComparison,
        List<ChangeView> recentChanges) {}
