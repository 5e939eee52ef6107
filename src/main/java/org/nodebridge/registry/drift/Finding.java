// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.util.List;
import org.nodebridge.registry.catalog.CatalogInstance;

/**
 * One disagreement between Consul and PostgreSQL.
 *
 * @param node the row; {@code null} when there is none
 * @param instance the entry; {@code null} when there is none
 * @param stray whether the entry stands under another Consul node than ours, or under another service id than the
 *     node's
 * @param fields what is different
 */
public record Finding(
        Drift.Kind kind, String nodeId, ComparedRow node, CatalogInstance instance, boolean stray,
        List<Drift.Field> fields) {

    /** Whether there is no row at all. */
    public boolean rowless() {
        return node == null;
    }

    /** @param ourConsulNode that of our entries */
    public Drift.Key key(String ourConsulNode) {
        return Drift.key(nodeId, kind, instance == null ? ourConsulNode : instance.consulNode());
    }
}
