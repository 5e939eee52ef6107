// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.drift.Fleet.CONSUL_NODE;
import static org.nodebridge.registry.drift.Fleet.departed;
import static org.nodebridge.registry.drift.Fleet.entry;
import static org.nodebridge.registry.drift.Fleet.meshed;
import static org.nodebridge.registry.drift.Fleet.pending;
import static org.nodebridge.registry.drift.Fleet.refused;
import static org.nodebridge.registry.drift.Fleet.row;
import static org.nodebridge.registry.drift.Fleet.rows;
import static org.nodebridge.registry.drift.Fleet.sidecar;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.drift.Drift.Field;
import org.nodebridge.registry.drift.Drift.Kind;

class SidecarComparisonTest {

    private static final ProxyTarget OF_A = new ProxyTarget("onex-effect", "a");

    private static List<Finding> compare(Map<String, ComparedNode> rows, CatalogInstance... entries) {
        Comparison comparison = new Comparison(Fleet.LIMIT, Fleet.NOW);
        rows.values().forEach(comparison::take);
        CatalogInstances read = CatalogInstances.of(Arrays.stream(entries), comparison::agrees);
        return comparison.confirmed(comparison.suspects(read, read.misplaced(), Set.of()), rows);
    }

    private static List<Field> differences(ComparedNode row, CatalogInstance... entries) {
        assertThat(compare(rows(row), entries)).singleElement().satisfies(
                finding -> assertThat(finding.kind()).isEqualTo(Kind.DIFFERENT));
        return compare(rows(row), entries).get(0).fields();
    }

    @Test
    void findsNothingWhereAProxyIsAsItShouldBeOrMayBeAboutToBe() {
        assertThat(compare(
                rows(meshed("a"), pending("b", Duration.ZERO)), entry("a"), sidecar("a"), entry("b"), sidecar("b")))
                .isEmpty();
    }

    @Test
    void missesAProxy() {
        assertThat(differences(meshed("a"), entry("a")))
                .containsExactly(new Field("sidecar", "onex-effect-sidecar-proxy", null));
    }

    @Test
    void writesBothByOneRepairWhereBothAreMissing() {
        assertThat(compare(rows(meshed("a")))).singleElement().satisfies(
                finding -> assertThat(finding.kind()).isEqualTo(Kind.MISSING));
    }

    /** As a transaction on it does. */
    @Test
    void findsAProxyThatIsAnOrdinaryServiceNow() {
        assertThat(differences(meshed("a"), entry("a"), sidecar("a", 20000, null, CheckStatus.PASSING, CONSUL_NODE)))
                .containsExactly(new Field("sidecar.proxied", "onex-effect/a", null));
    }

    @Test
    void findsWhatIsDifferentOfAProxyAndOfItsNode() {
        assertThat(differences(
                meshed("a"), entry("a", CheckStatus.WARNING, CONSUL_NODE),
                sidecar("a", 1, new ProxyTarget("onex-effect", "b"), CheckStatus.CRITICAL, CONSUL_NODE)))
                .containsExactly(
                        new Field("check", "passing", "warning"),
                        new Field("sidecar.port", "20000", "1"),
                        new Field("sidecar.proxied", "onex-effect/a", "onex-effect/b"),
                        new Field("sidecar.check", "passing", "critical"));
    }

    @Test
    void findsANodesOwnEntryThatHasBecomeAProxy() {
        CatalogInstance own = entry("a");
        assertThat(differences(row("a"), new CatalogInstance(
                "a", own.serviceName(), own.tags(), own.meta(), own.address(), own.port(), own.weights(), OF_A,
                own.status(), false, CONSUL_NODE, 7)))
                .containsExactly(new Field("proxied", null, "onex-effect/a"));
    }

    @Test
    void findsProxiesOfNodesThatAreGoneOrHaveNone() {
        assertThat(compare(
                rows(row("none"), departed("departed")),
                entry("none"), sidecar("none"), sidecar("departed"), sidecar("rowless")))
                .allSatisfy(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.EXTRA);
                    assertThat(finding.stray()).as("removed by itself").isTrue();
                    assertThat(finding.instance().sidecar()).isTrue();
                })
                .extracting(Finding::nodeId)
                .containsExactlyInAnyOrder("none", "departed", "rowless");
    }

    @Test
    void leavesTheProxyOfARowThatConsulRefusesAlone() {
        assertThat(compare(rows(refused("a")), entry("a"), sidecar("a")))
                .extracting(Finding::kind).containsExactly(Kind.PENDING);
    }

    /** An entry in the way of its proxy may have gone, and its own entry is to be right in any case. */
    @Test
    void triesTheNodeAgainWhoseProxyIsRefused() {
        ComparedNode refused = meshed("a", false, ServiceCatalog.SIDECAR + "why");

        assertThat(differences(refused, entry("a"))).extracting(Field::field).containsExactly("sidecar");
        assertThat(differences(refused, entry("a", CheckStatus.WARNING, CONSUL_NODE)))
                .extracting(Field::field).containsExactly("check", "sidecar");
        assertThat(compare(rows(refused))).extracting(Finding::kind).containsExactly(Kind.MISSING);
    }

    /** As the version before has written that of a node of this name. */
    @Test
    void doesNotTakeANodesOwnEntryForAProxyBecauseOfItsId() {
        CatalogInstance own = entry("a-sidecar-proxy");

        assertThat(own.sidecar()).isFalse();
        assertThat(compare(rows(row("a-sidecar-proxy")), own)).extracting(Finding::kind, Finding::nodeId)
                .containsExactlyInAnyOrder(
                        tuple(Kind.MISSING, "a-sidecar-proxy"),
                        tuple(Kind.EXTRA, "a-sidecar-proxy"));
    }
}
