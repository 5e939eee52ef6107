package org.nodebridge.registry.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.store.Drift;
import org.nodebridge.registry.store.Drift.Kind;

/**
 * Compares rows with entries that were read after them. The two cannot be read at one moment, so what looks wrong at
 * first is only suspected; the rows of the suspects are read again, after Consul, and what has moved on in between, or
 * is being written, is not wrong.
 */
final class Comparison {

    private final Map<String, ComparedNode> rows;
    private final List<Finding> suspected = new ArrayList<>();
    private final Instant owedBefore;

    /**
     * @param rows by node id: every row that Consul should have or is owed; others need not be here
     * @param entries by node id: what Consul has where our entries stand
     * @param strays what it has of ours elsewhere
     * @param pendingLimit how long a row may be owed
     */
    Comparison(
            Map<String, ComparedNode> rows, Map<String, CatalogInstance> entries, List<CatalogInstance> strays,
            Duration pendingLimit, Instant now) {
        this.rows = rows;
        this.owedBefore = now.minus(pendingLimit);
        rows.values().forEach(node -> suspectRow(node, entries.get(node.nodeId())));
        entries.values().stream()
                .filter(entry -> !rows.containsKey(entry.nodeId()))
                .forEach(entry -> suspect(Kind.EXTRA, entry.nodeId(), entry, false));
        strays.forEach(entry -> suspect(Kind.EXTRA, entry.nodeId(), entry, true));
    }

    /** The nodes whose rows are to be read again, tombstones included. */
    Set<String> suspects() {
        Set<String> nodeIds = new HashSet<>();
        suspected.forEach(finding -> nodeIds.add(finding.nodeId()));
        return nodeIds;
    }

    /**
     * What is wrong indeed.
     *
     * @param again by node id: the rows of the suspects as they are now; those that are not here do not exist
     */
    List<Finding> confirmed(Map<String, ComparedNode> again) {
        List<Finding> confirmed = new ArrayList<>();
        for (Finding finding : suspected) {
            ComparedNode now = again.get(finding.nodeId());
            if (holds(finding, now)) {
                confirmed.add(new Finding(
                        finding.kind(), finding.nodeId(), now, finding.instance(), finding.stray(), finding.fields()));
            }
        }
        return confirmed;
    }

    private void suspectRow(ComparedNode node, CatalogInstance entry) {
        if (!node.confirmed() || node.refusal() != null) {
            suspect(Kind.PENDING, node.nodeId(), null, false);
        } else if (!node.discoverable()) {
            if (entry != null) {
                suspect(Kind.EXTRA, node.nodeId(), entry, false);
            }
        } else if (entry == null) {
            suspect(Kind.MISSING, node.nodeId(), null, false);
        } else {
            List<Drift.Field> fields = Differences.of(node, entry);
            if (!fields.isEmpty()) {
                suspected.add(new Finding(Kind.DIFFERENT, node.nodeId(), node, entry, false, fields));
            }
        }
    }

    private void suspect(Kind kind, String nodeId, CatalogInstance entry, boolean stray) {
        suspected.add(new Finding(kind, nodeId, rows.get(nodeId), entry, stray, List.of()));
    }

    private boolean holds(Finding finding, ComparedNode now) {
        return switch (finding.kind()) {
            case MISSING, DIFFERENT -> now != null && now.sameAs(finding.node());
            case PENDING -> now != null
                    && (now.refusal() != null || !now.confirmed() && now.updatedAt().isBefore(owedBefore));
            case EXTRA -> finding.stray()
                    || now == null
                    || now.confirmed() && !now.discoverable() && now.refusal() == null;
        };
    }
}
