// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogInstances.Sidecars;
import org.nodebridge.registry.drift.Drift.Kind;

/**
 * Compares rows with entries that were read after them. The two cannot be read at one moment, so what looks wrong at
 * first is only suspected; the rows of the suspects are read again, after Consul, and what has moved on in between, or
 * is being written, is not wrong. Of one thread.
 */
public final class Comparison {

    private final Map<String, ComparedRow> rows = new HashMap<>();
    private final Map<String, List<Finding>> suspected = new LinkedHashMap<>();
    private final Instant owedBefore;
    private Sidecars sidecars = Sidecars.NONE;

    /** Of the entries of another installation that are of no node of ours, so many are shown. */
    private static final int MOST_FOREIGN = 1_000;

    /** @param pendingLimit how long a row may be pending */
    public Comparison(Duration pendingLimit, Instant now) {
        this.owedBefore = now.minus(pendingLimit);
    }

    /** Takes a row that Consul should have, or whose write is pending; others need not be taken. */
    public void take(ComparedNode row) {
        rows.put(row.nodeId(), ComparedRow.of(row));
    }

    /** How many nodes Consul should show. */
    public long discoverable() {
        return rows.values().stream().filter(ComparedRow::discoverable).count();
    }

    /** Whether Consul shows what it should, or the row cannot tell what that is. Asked once all rows are taken. */
    public boolean agrees(CatalogInstance entry) {
        ComparedRow row = rows.get(entry.nodeId());
        return row != null && (row.pending() || row.shows(entry));
    }

    /**
     * Compares.
     *
     * @param entries what Consul has where our entries stand; expected is what {@link #agrees}
     * @param strays what it has of ours elsewhere: under another Consul node, or another service id
     * @param dead installations over whose entries our nodes are written; those of no node of ours stay
     * @return the nodes whose rows are to be read again, tombstones included
     */
    public Set<String> suspects(CatalogInstances entries, List<CatalogInstance> strays, Set<String> dead) {
        sidecars = entries.sidecars();
        rows.values().forEach(row -> suspectRow(row, entries, dead));
        entries.unexpected().values().stream()
                .filter(entry -> !rows.containsKey(entry.nodeId()))
                .forEach(entry -> suspect(Kind.EXTRA, entry.nodeId(), entry, false));
        sidecars.unexpected().values().stream().filter(entry -> isUnwanted(rows.get(entry.nodeId()))).forEach(
                entry -> suspect(Kind.EXTRA, entry.nodeId(), entry, true));
        entries.foreign().keySet().stream()
                .filter(nodeId -> !rows.containsKey(nodeId))
                .sorted()
                .limit(MOST_FOREIGN)
                .forEach(nodeId -> suspectForeign(nodeId, entries));
        strays.forEach(entry -> suspect(Kind.EXTRA, entry.nodeId(), entry, true));
        return suspected.keySet();
    }

    /**
     * What is wrong indeed.
     *
     * @param nodeIds some of the suspects
     * @param again by node id: their rows as they are now; those that are not here do not exist
     */
    public List<Finding> confirmed(Collection<String> nodeIds, Map<String, ComparedNode> again) {
        return nodeIds.stream()
                .flatMap(nodeId -> suspected.get(nodeId).stream())
                .flatMap(finding -> confirmed(finding, again.get(finding.nodeId())).stream())
                .toList();
    }

    private Optional<Finding> confirmed(Finding finding, ComparedNode now) {
        ComparedRow row = now == null ? null : ComparedRow.of(now);
        if (!holds(finding, row)) {
            return Optional.empty();
        }
        List<Drift.Field> fields = finding.kind() == Kind.DIFFERENT ? differences(finding, now) : finding.fields();
        return Optional.of(
                new Finding(finding.kind(), finding.nodeId(), row, finding.instance(), finding.stray(), fields));
    }

    private List<Drift.Field> differences(Finding finding, ComparedNode now) {
        List<Drift.Field> fields = new ArrayList<>();
        if (finding.instance() != null) {
            fields.addAll(Differences.of(now, finding.instance()));
        }
        if (isSidecarWrong(finding.node())) {
            fields.addAll(Differences.ofSidecar(now, sidecars.unexpected().get(now.nodeId())));
        }
        return fields;
    }

    /** Whether a node that is to have a sidecar proxy has none in Consul, or another. */
    private boolean isSidecarWrong(ComparedRow row) {
        return row.sidecar() != null
                && (!sidecars.nodeIds().contains(row.nodeId()) || sidecars.unexpected().containsKey(row.nodeId()));
    }

    /** Whether a sidecar proxy should not be there, by its node's row; {@code null} for none. */
    private static boolean isUnwanted(ComparedRow row) {
        return row == null || !row.pending() && row.sidecar() == null;
    }

    private void suspectRow(ComparedRow row, CatalogInstances entries, Set<String> dead) {
        CatalogInstance unexpected = entries.unexpected().get(row.nodeId());
        String other = entries.foreign().get(row.nodeId());
        if (other != null && !(row.discoverable() && dead.contains(other))) {
            suspectForeign(row.nodeId(), entries);
        } else if (row.refusedForForeign()) {
            suspect(Kind.MISSING, row.nodeId(), null, false); // the other one has let go, or is dead
        } else if (row.pending()) {
            if (row.refusal() != null || row.updatedAt().isBefore(owedBefore)) {
                suspect(Kind.PENDING, row.nodeId(), null, false);
            }
        } else if (!row.discoverable()) {
            if (unexpected != null) {
                suspect(Kind.EXTRA, row.nodeId(), unexpected, false);
            }
        } else if (!entries.nodeIds().contains(row.nodeId())) {
            suspect(Kind.MISSING, row.nodeId(), null, false);
        } else if (unexpected != null || isSidecarWrong(row) || row.withoutSidecar()) {
            suspect(Kind.DIFFERENT, row.nodeId(), unexpected, false);
        }
    }

    private void suspectForeign(String nodeId, CatalogInstances entries) {
        suspected
                .computeIfAbsent(nodeId, id -> new ArrayList<>(1))
                .add(new Finding(
                        Kind.FOREIGN, nodeId, rows.get(nodeId), null, false,
                        List.of(new Drift.Field(
                                "meta." + CatalogInstance.INSTALLATION, null, entries.foreign().get(nodeId)))));
    }

    private void suspect(Kind kind, String nodeId, CatalogInstance entry, boolean stray) {
        suspected
                .computeIfAbsent(nodeId, id -> new ArrayList<>(1))
                .add(new Finding(kind, nodeId, rows.get(nodeId), entry, stray, List.of()));
    }

    private boolean holds(Finding finding, ComparedRow now) {
        return switch (finding.kind()) {
            case MISSING, DIFFERENT -> now != null && now.sameAs(finding.node());
            case PENDING -> now != null
                    && (now.refusal() != null || !now.confirmed() && now.updatedAt().isBefore(owedBefore));
            case FOREIGN -> true;
            case EXTRA -> finding.instance().equals(sidecars.unexpected().get(finding.nodeId()))
                    ? isUnwanted(now)
                    : finding.stray() || now == null || !now.pending() && !now.discoverable();
        };
    }
}
