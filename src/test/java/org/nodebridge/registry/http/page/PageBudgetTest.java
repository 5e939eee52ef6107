// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.TooMuchAtOnceException;

class PageBudgetTest {

    private static final int PAGE = 4 << 20;

    private final PageBudget budget = new PageBudget(2 * PAGE, Duration.ofMillis(200));

    @Test
    void letsNoMoreBytesInThanThereAre() {
        Permits.Held first = budget.take(PAGE);
        budget.take(PAGE);

        assertThatThrownBy(() -> budget.take(PAGE)).isInstanceOf(TooMuchAtOnceException.class)
                .hasMessage("large pages are being sent to others; ask again a little later");

        first.close();
        assertThatCode(() -> budget.take(PAGE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1001", "+1", "-1", "1.0", " 1", "\u0661", "\u0966\u0967", "99999999999999999999"})
    void takesALimitInTheDigitsOfAsciiOnly(String limit) {
        assertThat(PageLimit.of("1")).isEqualTo(1);
        assertThat(PageLimit.of("1000")).isEqualTo(1000);
        assertThatThrownBy(() -> PageLimit.of(limit)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void waitsALittleForThoseWhoAreServed() {
        PageBudget budget = new PageBudget(2 * PAGE, Duration.ofSeconds(60));
        budget.take(PAGE);
        Permits.Held second = budget.take(PAGE);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> budget.take(PAGE));

        second.close();

        waiting.join();
    }

    @Test
    void smallPagesLeaveTheirRestToOthers() {
        List<Permits.Held> small = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Permits.Held page = budget.take(PAGE);
            page.shrinkTo(1_500);
            small.add(page);
        }
        small.forEach(Permits.Held::close);

        budget.take(PAGE);
        budget.take(PAGE);
        assertThat(CompletableFuture.runAsync(() -> budget.take(1)))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(TooMuchAtOnceException.class);
    }
}
