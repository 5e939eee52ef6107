package org.nodebridge.registry.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One write: the transactions still to do, and what became of those done. A refused transaction is done again
 * without what Consul names, or by halves when it names nothing, so that one bad entry holds up no other.
 */
final class CatalogWrite {

    private static final Logger log = LoggerFactory.getLogger(CatalogWrite.class);

    private final ServiceCatalog catalog;
    private final CatalogCircuit circuit;
    private final Queue<List<? extends CatalogChange>> transactions = new ConcurrentLinkedQueue<>();
    private final int transactionsAtOnce;

    private final Set<String> applied = new HashSet<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Set<String> unavailable = new HashSet<>();
    private String unavailableReason;

    CatalogWrite(ServiceCatalog catalog, CatalogCircuit circuit, List<? extends CatalogChange> changes) {
        this.catalog = catalog;
        this.circuit = circuit;
        int size = catalog.transactionSize();
        IntStream.iterate(0, from -> from < changes.size(), from -> from + size)
                .mapToObj(from -> changes.subList(from, Math.min(from + size, changes.size())))
                .forEach(transactions::add);
        transactionsAtOnce = Math.min(transactions.size(), catalog.transactionsAtOnce());
    }

    int transactionsAtOnce() {
        return transactionsAtOnce;
    }

    /** Does transactions until none is left; for several threads at once. */
    void work() {
        for (List<? extends CatalogChange> next = transactions.poll(); next != null; next = transactions.poll()) {
            attempt(next);
        }
    }

    /** Begins nothing more; what is left counts as unavailable. */
    synchronized void stop(String reason) {
        if (unavailableReason == null) {
            unavailableReason = reason;
        }
    }

    synchronized CatalogOutcome outcome() {
        return new CatalogOutcome(applied, refused, unavailable, unavailable.isEmpty() ? null : unavailableReason);
    }

    private void attempt(List<? extends CatalogChange> changes) {
        if (stopped()) {
            unavailable(changes);
            return;
        }
        try {
            catalog.apply(List.copyOf(changes));
            circuit.answered();
            applied(changes);
        } catch (CatalogRefusedException e) {
            circuit.answered();
            if (e.concernsEveryone()) {
                stop(e.getMessage()); // the nodes are not to blame, and stay owed until an operator has mended it
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
        } catch (RuntimeException e) {
            circuit.failed();
            log.atDebug().setCause(e).log("A write to Consul failed");
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
                refused(change, reason);
            }
        }
        if (rest.size() < changes.size()) {
            if (!rest.isEmpty()) {
                attempt(rest);
            }
        } else if (changes.size() == 1) {
            refused(changes.get(0), refusal.getMessage());
        } else {
            attempt(changes.subList(0, changes.size() / 2));
            attempt(changes.subList(changes.size() / 2, changes.size()));
        }
    }

    private synchronized boolean stopped() {
        return unavailableReason != null;
    }

    private synchronized void applied(List<? extends CatalogChange> changes) {
        changes.forEach(change -> applied.add(change.nodeId()));
    }

    private synchronized void refused(CatalogChange change, String reason) {
        refused.put(change.nodeId(), reason);
    }

    private synchronized void unavailable(List<? extends CatalogChange> changes) {
        changes.forEach(change -> unavailable.add(change.nodeId()));
    }
}
