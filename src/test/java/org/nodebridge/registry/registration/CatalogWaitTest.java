// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogOutcome;

class CatalogWaitTest {

    /** As a wait does whose time is up. */
    @Test
    void whatIsNotKnownIsUnavailableAndNoRecordsFault() {
        TimeoutException late = new TimeoutException("waited for 1800 s");

        CatalogOutcome outcome = CatalogWait.outcome(CompletableFuture.failedFuture(late), List.of("a"));

        assertThat(outcome.unavailable()).containsExactly("a");
        assertThat(outcome.reasonFor("a")).isEqualTo("no word of Consul: waited for 1800 s");
        assertThat(Defects.isDefect(new CompletionException(late))).isFalse();
    }

    @Test
    void anyOtherFailureIsTheCallers() {
        IllegalStateException ours = new IllegalStateException("ours");

        assertThatThrownBy(() -> CatalogWait.outcome(CompletableFuture.failedFuture(ours), List.of("a")))
                .isInstanceOf(CompletionException.class).hasCause(ours);
        assertThat(Defects.isDefect(new CompletionException(ours))).isTrue();
    }
}
