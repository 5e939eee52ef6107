// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.health.ComponentDefects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One write, and what has become of it so far. A refused transaction is done again without what Consul names, or by
 * halves when it names nothing, so that one bad entry holds up no other. Of one thread.
 */
final class ConsulWrite {

    private static final Logger log = LoggerFactory.getLogger(ConsulWrite.class);

    private final GuardedConsul catalog;
    private final CatalogCircuit circuit;
    private final ComponentDefects defects;
    private final List<? extends CatalogChange> changes;
    private final int transactionSize;

    private final Set<String> applied = new HashSet<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Set<String> unavailable = new HashSet<>();
    private String unavailableReason;

    ConsulWrite(
            GuardedConsul catalog, CatalogCircuit circuit, ComponentDefects defects,
            List<? extends CatalogChange> changes) {
        this.catalog = catalog;
        this.circuit = circuit;
        this.defects = defects;
        this.changes = changes;
        this.transactionSize = catalog.transactionSize();
    }

    CatalogOutcome carryOut() {
        for (int from = 0; from < changes.size(); from += transactionSize) {
            attempt(changes.subList(from, Math.min(from + transactionSize, changes.size())));
        }
        return new CatalogOutcome(applied, refused, unavailable, unavailableReason);
    }

    /** Begins nothing more; what is left counts as unavailable. */
    private void stop(String reason) {
        unavailableReason = reason;
    }

    private void attempt(List<? extends CatalogChange> changes) {
        if (unavailableReason != null) {
            unavailable(changes);
            return;
        }
        try {
            catalog.apply(List.copyOf(changes));
            circuit.answered();
            changes.forEach(change -> applied.add(change.nodeId()));
        } catch (CatalogRefusedException e) {
            circuit.answered();
            if (e.concernsEveryone()) {
                // the nodes are not to blame, and stay pending until an operator has fixed it
                defects.report("consul", e.getMessage(), e);
                stop(e.getMessage());
                unavailable(changes);
            } else {
                separate(changes, e);
            }
        } catch (CircuitBreakerOpenException e) {
            circuit.stopped();
            stop("the circuit breaker is open: Consul failed too often");
            unavailable(changes);
        } catch (TimeoutException e) {
            circuit.failed();
            stop("Consul did not answer within registry.consul.timeout");
            unavailable(changes);
        } catch (CatalogUnavailableException e) {
            circuit.failed();
            stop(e.getMessage());
            unavailable(changes);
        } catch (FaultToleranceException e) {
            circuit.failed();
            log.atDebug().setCause(e).log("A write to Consul was not begun, or was interrupted");
            stop(e.toString());
            unavailable(changes);
        } catch (RuntimeException e) {
            circuit.failed();
            defects.report("consul", "writing failed: " + e.getClass().getName(), e);
            stop(e.toString());
            unavailable(changes);
        }
    }

    private void separate(List<? extends CatalogChange> changes, CatalogRefusedException refusal) {
        List<CatalogChange> rest = new ArrayList<>();
        for (CatalogChange change : changes) {
            String reason = refusal.culprits().get(change.nodeId());
            if (reason == null) {
                rest.add(change);
            } else {
                refused.put(change.nodeId(), reason);
            }
        }
        if (rest.size() < changes.size()) {
            if (!rest.isEmpty()) {
                attempt(rest);
            }
        } else if (changes.size() == 1) {
            refused.put(changes.get(0).nodeId(), refusal.getMessage());
        } else {
            attempt(changes.subList(0, changes.size() / 2));
            attempt(changes.subList(changes.size() / 2, changes.size()));
        }
    }

    private void unavailable(List<? extends CatalogChange> changes) {
        changes.forEach(change -> unavailable.add(change.nodeId()));
    }
}
