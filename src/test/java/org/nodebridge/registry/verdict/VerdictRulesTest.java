// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.verdict.DiscoveryVerdict.Reason;
import org.nodebridge.registry.verdict.VerdictFacts.NodesOfType;
import org.nodebridge.registry.verdict.VerdictFacts.Stores;

class VerdictRulesTest {

    private static final ComponentHealth WELL = ComponentHealth.healthy("well");
    private static final List<NodesOfType> TEN = List.of(new NodesOfType("compute", 10, 0, 0, 0));
    private static final Duration SKEW = Duration.ofSeconds(5);

    @Test
    void isGoodWhereStoresAreWellAndAgree() {
        DiscoveryVerdict verdict = verdict(facts());

        assertThat(verdict.mood()).isEqualTo(Mood.GOOD);
        assertThat(verdict.reasons()).singleElement().satisfies(reason -> assertThat(reason.message())
                .isEqualTo("Both stores agreed on all 10 nodes when they were last compared."));
    }

    @Test
    void claimsNoComparisonThatHasNotBeenMade() {
        Stores stores = new Stores(Map.of(), null, 0, 0, 0, null, 0);

        assertThat(verdict(with(stores)).reasons().get(0).message()).contains("have not been compared yet");
    }

    @Test
    void isNeutralWithoutNodes() {
        DiscoveryVerdict verdict = verdict(with(List.of()));

        assertThat(verdict.mood()).isEqualTo(Mood.NEUTRAL);
        assertThat(verdict.title()).isEqualTo("No node is registered");
    }

    @Test
    void isUnknownBeforeAllIsKnown() {
        VerdictFacts unread = new VerdictFacts(
                components(Map.of()), Map.of(), SKEW, Set.of(), Optional.empty(), Optional.of(stores()), null);
        VerdictFacts untold = new VerdictFacts(
                components(Map.of()), Map.of(), SKEW, Set.of(), Optional.of(TEN), Optional.empty(), null);

        for (VerdictFacts facts : List.of(unread, untold)) {
            assertThat(verdict(facts).mood()).isEqualTo(Mood.UNKNOWN);
            assertThat(verdict(facts).reasons()).extracting(Reason::page).containsExactly("/overview", "/dead-letters");
        }
        assertThat(verdict(with("kafka", ComponentHealth.notAsked())).mood()).isEqualTo(Mood.UNKNOWN);
    }

    @Test
    void isNotGoodWhileItIsNotKnownWhetherDeadLettersAreOpen() {
        for (List<NodesOfType> types : List.of(TEN, List.<NodesOfType>of())) {
            DiscoveryVerdict verdict = verdict(new VerdictFacts(
                    components(Map.of()), Map.of(), SKEW, Set.of(), Optional.of(types), Optional.of(stores()), null));

            assertThat(verdict.mood()).isEqualTo(Mood.UNKNOWN);
            assertThat(verdict.reasons()).singleElement().satisfies(reason -> {
                assertThat(reason.code()).isEqualTo("not_known");
                assertThat(reason.page()).isEqualTo("/dead-letters");
            });
        }
    }

    @Test
    void isBadWithOneComponentUnhealthyAndTellsThatFirst() {
        Map<String, ComponentHealth> components = new LinkedHashMap<>();
        components.put("kafka", WELL.degraded("slow"));
        components.put("consul", ComponentHealth.unhealthy("no leader"));

        DiscoveryVerdict verdict = verdict(facts(components, Set.of()));

        assertThat(verdict.mood()).isEqualTo(Mood.BAD);
        assertThat(verdict.reasons()).extracting(Reason::code).containsExactly("unhealthy", "degraded");
        assertThat(verdict.reasons().get(0).message()).startsWith("Consul is unavailable");
    }

    @Test
    void tellsOfAComponentThatItDoesNotKnowByTheRegistrysOwnWords() {
        assertThat(verdict(with("vault", ComponentHealth.unhealthy("sealed"))).reasons().get(0).message())
                .isEqualTo("vault: sealed");
    }

    static Stream<Arguments> reasonsForCare() {
        return Stream.of(
                row("foreign_consumer", "/cluster",
                        facts(components(Map.of("kafka", WELL.degraded("no replica consumes a-0"))), Set.of("a-0"))),
                row("other_installation", "/drift", with("consul",
                        WELL.with("other_installations", Map.of("x", 3L)).degraded("another installation"))),
                row("clock_skew", "/cluster",
                        with("postgres", WELL.with("clock_skew_seconds", -60.0).degraded("the clock is behind"))),
                row("degraded", "/overview", with("postgres", WELL.with("clock_skew_seconds", 1.0).degraded("slow"))),
                row("intake_waits", "/cluster", with("kafka", WELL.with("waiting_for", "PostgreSQL"))),
                row("lag", "/cluster", with("kafka", WELL.with("lag", 501L))),
                row("breaker_open", "/overview", with("consul", WELL.with("circuit", "open"))),
                row("feature", "/overview", new VerdictFacts(
                        components(Map.of()), Map.of("discovery", WELL.degraded("full")), SKEW, Set.of(),
                        Optional.of(TEN), Optional.of(stores()), 0L)),
                row("nodes_unwell", "/nodes?health=critical&node_type=effect",
                        with(List.of(new NodesOfType("effect", 10, 1, 0, 0)))),
                row("nodes_unwell", "/nodes?health=critical&node_type=effect",
                        with(List.of(new NodesOfType("effect", 3, 0, 3, 0), new NodesOfType("compute", 97, 0, 0, 0)))),
                row("not_callable", "/services", with(List.of(new NodesOfType("compute", 100, 0, 0, 1)))),
                row("drift", "/drift", with(new Stores(Map.of("missing", 1L), Duration.ZERO, 10, 0, 0, null, 0))),
                row("late_comparison", "/drift",
                        with(new Stores(Map.of(), Duration.ofMinutes(4), 10, 0, 0, null, 0))),
                row("repeated_repairs", "/drift", with(new Stores(Map.of(), Duration.ZERO, 10, 3, 0, null, 0))),
                row("held", "/overview", with(new Stores(Map.of(), Duration.ZERO, 10, 0, 5, null, 0))),
                row("expiry_blocked", "/overview",
                        with(new Stores(Map.of(), Duration.ZERO, 10, 0, 0, "clock jump", 0))),
                row("conflicts", "/nodes", with(new Stores(Map.of(), Duration.ZERO, 10, 0, 0, null, 1))),
                row("dead_letters", "/dead-letters", new VerdictFacts(
                        components(Map.of()), Map.of(), SKEW, Set.of(), Optional.of(TEN), Optional.of(stores()), 1L)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasonsForCare")
    void isFairAndSaysWhyAndWhereToLook(String code, String page, VerdictFacts facts) {
        DiscoveryVerdict verdict = verdict(facts);

        assertThat(verdict.mood()).isEqualTo(Mood.FAIR);
        assertThat(verdict.reasons()).singleElement().satisfies(reason -> {
            assertThat(reason.code()).isEqualTo(code);
            assertThat(reason.page()).isEqualTo(page);
            assertThat(reason.look()).startsWith("/api/v1/");
            assertThat(reason.message()).endsWith(".");
        });
    }

    @Test
    void letsAFewNodesBeUnwellAndOneFullBatchWait() {
        assertThat(verdict(with(List.of(new NodesOfType("effect", 21, 1, 1, 0)))).mood()).isEqualTo(Mood.GOOD);
        assertThat(verdict(with("kafka", WELL.with("lag", 500L))).mood()).isEqualTo(Mood.GOOD);
        assertThat(verdict(with(new Stores(Map.of(), Duration.ZERO, 10, 2, 0, null, 0))).mood()).isEqualTo(Mood.GOOD);
    }

    @Test
    void saysOfEachTypeHowManyAreUnwell() {
        DiscoveryVerdict verdict = verdict(with(List.of(
                new NodesOfType("compute", 2, 1, 1, 0), new NodesOfType("effect", 1, 0, 1, 0),
                new NodesOfType("reducer", 100, 0, 0, 0))));

        assertThat(verdict.reasons()).extracting(Reason::message).containsExactly(
                "compute: 2 of 2 nodes suspect or critical.",
                "effect: 1 of 1 node critical.");
    }

    private static Arguments row(String code, String page, VerdictFacts facts) {
        return Arguments.of(code, page, facts);
    }

    private static DiscoveryVerdict verdict(VerdictFacts facts) {
        return VerdictRules.of(facts, Instant.EPOCH);
    }

    private static Stores stores() {
        return new Stores(Map.of("missing", 0L), Duration.ofSeconds(10), 10, 0, 0, null, 0);
    }

    private static VerdictFacts facts() {
        return facts(components(Map.of()), Set.of());
    }

    private static VerdictFacts facts(Map<String, ComponentHealth> components, Set<String> heldByOthers) {
        return new VerdictFacts(
                components, Map.of(), SKEW, heldByOthers, Optional.of(TEN), Optional.of(stores()), 0L);
    }

    private static VerdictFacts with(String component, ComponentHealth health) {
        return facts(components(Map.of(component, health)), Set.of());
    }

    private static VerdictFacts with(List<NodesOfType> types) {
        return new VerdictFacts(
                components(Map.of()), Map.of(), SKEW, Set.of(), Optional.of(types), Optional.of(stores()), 0L);
    }

    private static VerdictFacts with(Stores stores) {
        return new VerdictFacts(
                components(Map.of()), Map.of(), SKEW, Set.of(), Optional.of(TEN), Optional.of(stores), 0L);
    }

    private static Map<String, ComponentHealth> components(Map<String, ComponentHealth> changed) {
        Map<String, ComponentHealth> all = new LinkedHashMap<>(
                Map.of("kafka", WELL, "consul", WELL, "postgres", WELL));
        all.putAll(changed);
        return all;
    }
}
