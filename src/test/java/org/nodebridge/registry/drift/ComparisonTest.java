// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.drift.Fleet.LIMIT;
import static org.nodebridge.registry.drift.Fleet.NOW;
import static org.nodebridge.registry.drift.Fleet.departed;
import static org.nodebridge.registry.drift.Fleet.entries;
import static org.nodebridge.registry.drift.Fleet.entry;
import static org.nodebridge.registry.drift.Fleet.pending;
import static org.nodebridge.registry.drift.Fleet.refused;
import static org.nodebridge.registry.drift.Fleet.row;
import static org.nodebridge.registry.drift.Fleet.rows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.drift.Drift.Field;
import org.nodebridge.registry.drift.Drift.Kind;

class ComparisonTest {

    private static List<Finding> compare(
            Map<String, ComparedNode> rows, Map<String, CatalogInstance> entries, Map<String, ComparedNode> again) {
        return compare(rows, entries, List.of(), again);
    }

    private static List<Finding> compare(
            Map<String, ComparedNode> rows, Map<String, CatalogInstance> entries, List<CatalogInstance> strays,
            Map<String, ComparedNode> again) {
        Comparison comparison = comparison(rows);
        CatalogInstances read = CatalogInstances.of(entries.values().stream(), comparison::agrees);
        return comparison.confirmed(comparison.suspects(read, strays, Set.of()), again);
    }

    private static Comparison comparison(Map<String, ComparedNode> rows) {
        Comparison comparison = new Comparison(LIMIT, NOW);
        rows.values().forEach(comparison::take);
        return comparison;
    }

    private static List<Finding> compare(Map<String, ComparedNode> rows, Map<String, CatalogInstance> entries) {
        return compare(rows, entries, rows);
    }

    private static List<Field> differences(ComparedNode row, CatalogInstance entry) {
        List<Finding> findings = compare(rows(row), entries(entry));
        assertThat(findings).allMatch(finding -> finding.kind() == Kind.DIFFERENT);
        return findings.stream().flatMap(finding -> finding.fields().stream()).toList();
    }

    @Test
    void findsNothingWhereBothSayTheSame() {
        Comparison comparison = comparison(rows(row("a")));
        CatalogInstances read = CatalogInstances.of(Stream.of(entry("a")), comparison::agrees);

        assertThat(comparison.suspects(read, List.of(), Set.of())).isEmpty();
        assertThat(comparison.discoverable()).isEqualTo(1);
    }

    @Test
    void keepsNoEntryOfWhichItHasNothingToSay() {
        Comparison comparison = comparison(rows(row("a"), pending("b", Duration.ZERO), refused("c"), departed("d")));
        CatalogInstances read = CatalogInstances.of(
                Stream.of(entry("a"), entry("b"), entry("c"), entry("d"), entry("e")), comparison::agrees);

        assertThat(read.nodeIds()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        assertThat(read.unexpected()).containsOnlyKeys("d", "e");
    }

    @Test
    void findsAnEntryOfAnotherInstallationAndNothingElseAboutItsNode() {
        Comparison comparison = comparison(rows(row("both"), refusedForForeign("refused"), row("ours")));
        CatalogInstances read = new CatalogInstances(
                Set.of("ours"), Map.of(), List.of(), Map.of("both", "other", "refused", "other", "theirs", "other"));

        List<Finding> findings = comparison.confirmed(
                comparison.suspects(read, List.of(), Set.of()),
                rows(row("both"), refusedForForeign("refused"), row("ours")));

        assertThat(findings).extracting(Finding::nodeId).containsExactlyInAnyOrder("both", "refused", "theirs");
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.FOREIGN);
            assertThat(finding.fields()).extracting(Field::actual).containsExactly("other");
        });
        assertThat(read.others()).isEqualTo(Map.of("other", 3L));
    }

    /** Departed nodes too: nobody has said of the entry that it is to go. */
    @Test
    void writesOnlyItsDiscoverableNodesOverTheEntriesOfADeadInstallation() {
        Map<String, ComparedNode> rows = rows(row("both"), refusedForForeign("refused"), departed("departed"));
        Comparison comparison = comparison(rows);
        CatalogInstances read = new CatalogInstances(Set.of(), Map.of(), List.of(), Map.of(
                "both", "dead", "refused", "dead", "departed", "dead", "rowless", "dead"));

        List<Finding> findings = comparison.confirmed(comparison.suspects(read, List.of(), Set.of("dead")), rows);

        assertThat(findings).filteredOn(finding -> finding.kind() == Kind.MISSING)
                .extracting(Finding::nodeId).containsExactlyInAnyOrder("both", "refused");
        assertThat(findings).filteredOn(finding -> finding.kind() == Kind.FOREIGN)
                .extracting(Finding::nodeId).containsExactlyInAnyOrder("departed", "rowless");
        assertThat(findings).hasSize(4);
    }

    @Test
    void missesANodeOnceTheOtherInstallationHasLetGoOfItsEntry() {
        List<Finding> findings = compare(rows(refusedForForeign("free")), Map.of());

        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.MISSING);
    }

    private static ComparedNode refusedForForeign(String id) {
        return new ComparedNode(id, Fleet.shown(id), Fleet.SET, 5, false, NOW, ServiceCatalog.FOREIGN + "other");
    }

    @Test
    void missesAConfirmedNodeThatConsulDoesNotHave() {
        assertThat(compare(rows(row("a"), row("b")), entries(entry("b")))).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.MISSING);
            assertThat(finding.nodeId()).isEqualTo("a");
        });
    }

    @Test
    void takesANodeThatHasMovedOnOrIsBeingWrittenForNoDrift() {
        ComparedNode later = new ComparedNode("a", Fleet.shown("a"), Fleet.SET, 6, true, NOW, null);

        assertThat(compare(rows(row("a")), entries(), rows(later))).isEmpty();
        assertThat(compare(rows(row("a")), entries(), rows(pending("a", Duration.ZERO)))).isEmpty();
        assertThat(compare(rows(row("a")), entries(), rows(departed("a")))).isEmpty();
        assertThat(compare(rows(row("a")), entries(entry("a", CheckStatus.CRITICAL, "n")), rows(later))).isEmpty();
    }

    @Test
    void takesANodeThatRegisteredBetweenTheTwoLooksForNoExtra() {
        assertThat(compare(rows(), entries(entry("new")), rows(row("new")))).isEmpty();
        assertThat(compare(rows(), entries(entry("new")), rows(pending("new", Duration.ZERO)))).isEmpty();
    }

    @Test
    void findsEntriesThatShouldNotBeThere() {
        List<Finding> findings = compare(rows(), entries(entry("unknown"), entry("left")), rows(departed("left")));

        assertThat(findings).allMatch(finding -> finding.kind() == Kind.EXTRA);
        assertThat(findings).extracting(Finding::nodeId, Finding::rowless).containsExactlyInAnyOrder(
                org.assertj.core.groups.Tuple.tuple("unknown", true),
                org.assertj.core.groups.Tuple.tuple("left", false));
    }

    @Test
    void doesNotTakeANodeWhoseRowCannotBeReadForOneThatLeft() {
        ComparedNode unreadable = new ComparedNode("a", null, null, 4, true, NOW, "the row cannot be read");

        assertThat(compare(rows(unreadable), entries(entry("a"))))
                .singleElement()
                .matches(finding -> finding.kind() == Kind.PENDING);
        assertThat(compare(rows(), entries(entry("a")), rows(unreadable))).isEmpty();
    }

    @Test
    void findsOurEntriesUnderOtherConsulNodesAlthoughTheNodeIsWell() {
        CatalogInstance copy = entry("a", CheckStatus.PASSING, "elsewhere");

        assertThat(compare(rows(row("a")), entries(entry("a")), List.of(copy), rows(row("a")))).singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.EXTRA);
                    assertThat(finding.stray()).isTrue();
                    assertThat(finding.key(Fleet.CONSUL_NODE).consulNode()).isEqualTo("elsewhere");
                });
    }

    @Test
    void namesEveryFieldThatIsDifferentWithBothValues() {
        CatalogInstance changed = new CatalogInstance(
                "a", "onex-reducer", List.of("stamp", "onex"),
                Map.of("registry-id", "r-1", "version", "9", "by", "hand"), "", 0, new ServiceWeights(2816, 1024),
                CheckStatus.WARNING,
                false, Fleet.CONSUL_NODE, 8);

        assertThat(differences(row("a"), changed)).containsExactly(
                new Field("service", "onex-effect", "onex-reducer"),
                new Field("address", "10.0.0.1", ""),
                new Field("port", "8080", "0"),
                new Field("tags", "[onex, stamp]", "[stamp, onex]"),
                new Field("meta.by", null, "hand"),
                new Field("meta.version", "1.2.3", "9"),
                new Field("weight", "1", "2816"),
                new Field("check", "passing", "warning"));
    }

    @Test
    void missesACheckInEitherModeButJudgesItsStatusOnlyWhereTheRegistrySetsIt() {
        ComparedNode probed = Fleet.row("a", Fleet.PROBED);

        assertThat(differences(row("a"), entry("a", null, "n"))).containsExactly(new Field("check", "passing", null));
        assertThat(differences(probed, entry("a", null, "n"))).containsExactly(new Field("check", "any", null));
        assertThat(differences(probed, Fleet.probed("a", CheckStatus.CRITICAL))).isEmpty();
        assertThat(compare(rows(probed), entries(Fleet.probed("a", CheckStatus.CRITICAL)))).isEmpty();
    }

    @Test
    void judgesTheStatusOfACheckThatTheAgentWasNotGivenToProbe() {
        ComparedNode row = Fleet.row("a", Fleet.PROBED);

        assertThat(differences(row, entry("a", CheckStatus.CRITICAL, "n")))
                .containsExactly(new Field("check", "passing", "critical"));
        assertThat(compare(rows(row), entries(entry("a", CheckStatus.CRITICAL, "n"))))
                .singleElement().extracting(Finding::kind).isEqualTo(Kind.DIFFERENT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsAProbeOfAnAddressThatIsNotAllowed(boolean probeDecides) {
        ComparedNode row = Fleet.row("a", new ExpectedCheck(CheckStatus.PASSING, false, probeDecides));

        assertThat(differences(row, Fleet.probed("a", CheckStatus.PASSING))).containsExactly(
                new Field("check", "passing", "passing, by a probe of an address that is not allowed"));
        assertThat(compare(rows(row), entries(Fleet.probed("a", CheckStatus.PASSING)))).hasSize(1);
        assertThat(compare(rows(row), entries(entry("a")))).isEmpty();
    }

    @Test
    void callsPendingWhatWaitsTooLongOrIsRefused() {
        List<Finding> findings = compare(
                rows(pending("old", LIMIT.plusSeconds(1)), pending("young", LIMIT.minusSeconds(1)), refused("refused")),
                entries());

        assertThat(findings).allMatch(finding -> finding.kind() == Kind.PENDING);
        assertThat(findings).extracting(Finding::nodeId).containsExactlyInAnyOrder("old", "refused");
    }
}
