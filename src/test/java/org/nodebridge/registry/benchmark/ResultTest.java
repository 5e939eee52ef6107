// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTest {

    @Test
    void comparesWhatWasMeasuredWithTheLimitAndNotTheOtherWayRound() {
        assertThat(compared(300.0, Target.ratioAtLeast(0.6)).ratio()).isEqualTo(0.5);
        assertThat(compared(200.0, Target.ratioAtLeast(0.6)).ratio()).isEqualTo(0.75);
    }

    @Test
    void meetsATargetAtItsLimitWhereItIsTheLeast() {
        assertThat(aimed(100, Target.atLeast(100)).met()).isTrue();
        assertThat(aimed(99.9, Target.atLeast(100)).met()).isFalse();
        assertThat(compared(250.0, Target.ratioAtLeast(0.6)).met()).isTrue();
        assertThat(compared(251.0, Target.ratioAtLeast(0.6)).met()).isFalse();
    }

    @Test
    void missesATargetAtItsLimitWhereItMustStayUnderIt() {
        assertThat(aimed(9.9, Target.under(10)).met()).isTrue();
        assertThat(aimed(10, Target.under(10)).met()).isFalse();
        assertThat(compared(100.0, Target.ratioUnder(1.5)).met()).isFalse();
        assertThat(compared(101.0, Target.ratioUnder(1.5)).met()).isTrue();
    }

    @Test
    void saysNothingWhereThereIsNothingToCompareWith() {
        assertThat(compared(null, Target.ratioAtLeast(0.6)).ratio()).isNull();
        assertThat(compared(null, Target.ratioAtLeast(0.6)).met()).isNull();
        assertThat(compared(0.0, Target.ratioAtLeast(0.6)).ratio()).isNull();
        assertThat(Result.reported("a", "A", 1, "s").met()).isNull();
    }

    @Test
    void isNeverMetByWhatIsNoNumber() {
        assertThat(aimed(Double.NaN, Target.under(10)).met()).isFalse();
        assertThat(aimed(Double.NaN, Target.atLeast(10)).met()).isFalse();
    }

    @Test
    void isComparedWithAnEarlierLineOfTheReport() {
        Report report = new Report();
        report.add(Result.reported("limit", "The limit", 200, "events/s"));
        report.addComparedWith("limit", aimed(150, Target.ratioAtLeast(0.6)));
        report.addComparedWith("missing", aimed(150, Target.ratioAtLeast(0.6)));

        List<Result> results = report.results();

        assertThat(results.get(1).comparedWith()).isEqualTo("The limit");
        assertThat(results.get(1).ratio()).isEqualTo(0.75);
        assertThat(results.get(1).met()).isTrue();
        assertThat(results.get(2).ratio()).isNull();
        assertThat(results.get(2).met()).isNull();
    }

    @Test
    void countsTheWaitForTheLastEffectIntoAThroughput() {
        assertThat(new Throughput(500, 1_000_000_000L).perSecond()).isEqualTo(500);
        assertThat(new Throughput(500, 1_000_000_000L).plus(1_000_000_000L).perSecond()).isEqualTo(250);
    }

    private static Result aimed(double measured, Target target) {
        return Result.aimedAt("key", "What", measured, "ms", target);
    }

    private static Result compared(Double other, Target target) {
        return new Result("key", "What", 150, "ms", "other", other, target);
    }
}
