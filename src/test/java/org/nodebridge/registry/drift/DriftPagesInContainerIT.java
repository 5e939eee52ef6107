// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.InPostgres;

/** Pages of what the last comparison has found, in PostgreSQL. */
class DriftPagesInContainerIT extends InPostgres {

    @Inject
    private DriftRepository drift;

    @Inject
    private ClusterLeasesRepository clusterLeases;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    /** Twelve nodes, each with fields of a hundred kilobytes. */
    @BeforeEach
    void note() {
        forget();
        rows.execute("INSERT INTO catalog_drift (node_id, kind, consul_node, since, fields, action)"
                + " SELECT 'n' || to_char(n, 'FM00'), 'different', 'nodebridge', now(),"
                + " jsonb_build_array(jsonb_build_object('field', 'meta', 'expected', repeat('x', 100000),"
                + " 'actual', '')), 'rewrite' FROM generate_series(1, 12) AS n");
    }

    @AfterEach
    void forget() {
        rows.execute("DELETE FROM catalog_drift");
    }

    @Test
    void areBoundedInBytesAndLeaveNothingOut() {
        List<Integer> sizes = new ArrayList<>();
        List<Drift> found = new ArrayList<>();
        Drift.Key after = null;
        for (boolean more = true; more; after = found.get(found.size() - 1).key()) {
            DriftRepository.Page page = drift.page(null, after, 1000, 350_000);
            found.addAll(page.drifts());
            sizes.add(page.drifts().size());
            more = page.more();
        }

        assertThat(sizes).containsExactly(3, 3, 3, 3);
        assertThat(found).extracting(Drift::nodeId).isSorted().doesNotHaveDuplicates().hasSize(12);
    }

    @Test
    void haveOneAtLeastHoweverLongItIs() {
        assertThat(drift.page(null, null, 1000, 1).drifts()).hasSize(1);
        assertThat(drift.page(null, null, 5, 10_000_000).drifts()).hasSize(5);
    }

    /** What somebody has made up in Consul: no index of PostgreSQL takes such names, and no text of it U+0000. */
    @Test
    void haveTheBeginningOfNamesThatAreTooLongAndAllTheOthers() {
        String endless = new Random(1).ints(20_000, 0x10000, 0x10ffff).collect(
                StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        List<Drift> found = List.of(
                drift("beside", "nodebridge"), drift(endless, "nodebridge"), drift(endless + "2", "nodebridge"),
                drift("long-place", endless), drift(endless, endless), drift("nu\0l", "\0"), drift("", ""));
        // of a test of another class
        rows.execute("UPDATE cluster_leases SET expires_at = to_timestamp(0)");
        long token = clusterLeases.hold(ClusterLeasesRepository.LEADER, "this", Duration.ofHours(1)).orElseThrow();
        CatalogCheck check = new CatalogCheck(Instant.now(), "this", true, Instant.now(), 1, 7, null);

        try {
            assertThat(drift.note(found, check, Map.of(endless + "\0", 1L), token)).isTrue();

            List<Drift> noted = drift.page(null, null, 100, 10_000_000).drifts();
            assertThat(noted).hasSize(6).extracting(Drift::nodeId).contains("beside", "long-place", "nu\uFFFDl");
            assertThat(noted).allSatisfy(one -> assertThat(one.nodeId() + one.consulNode()).hasSizeLessThan(511));
            assertThat(drift.lastCheck().orElseThrow().entries()).isEqualTo(7);
            assertThat(drift.others().orElseThrow()).hasSize(1);
        } finally {
            clusterLeases.release(ClusterLeasesRepository.LEADER, "this");
        }
    }

    private static Drift drift(String nodeId, String consulNode) {
        return new Drift(nodeId, Drift.Kind.DIFFERENT, consulNode, Instant.now(),
                List.of(new Drift.Field("service", nodeId, consulNode)), Drift.Action.REWRITE, nodeId);
    }
}
