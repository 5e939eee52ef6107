// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.InPostgres;

/** Pages of what the last comparison has found, in PostgreSQL. */
class DriftPagesInContainerIT extends InPostgres {

    @Inject
    private DriftRepository drift;

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
}
