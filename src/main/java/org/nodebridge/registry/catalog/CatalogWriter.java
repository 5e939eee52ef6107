package org.nodebridge.registry.catalog;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes any number of changes to Consul, several transactions at once, and says of each node what became of it.
 *
 * <p>Safe for many threads, and blocks: once Consul proves unavailable nothing more is begun, so that an outage holds
 * the caller for one call's time (fifteen seconds at most) and not for one a transaction. Never call it with a
 * database transaction open. Create it, and call it, on a managed thread: it holds a container resource. The calling
 * thread works too, so a full pool slows a write down and never stops it.
 */
@ApplicationScoped
public class CatalogWriter {

    private static final Logger log = LoggerFactory.getLogger(CatalogWriter.class);

    @Resource(lookup = "java:comp/DefaultManagedExecutorService")
    private ManagedExecutorService managedExecutor;

    private final ServiceCatalog catalog;
    private final CatalogCircuit circuit;
    private final Executor executor;

    /** For the proxy only. */
    CatalogWriter() {
        this(null, null, null);
    }

    @Inject
    public CatalogWriter(ServiceCatalog catalog, CatalogCircuit circuit) {
        this(catalog, circuit, null);
    }

    /** @param executor runs the transactions that the calling thread does not; {@code null} for the container's */
    public CatalogWriter(ServiceCatalog catalog, CatalogCircuit circuit, Executor executor) {
        this.catalog = catalog;
        this.circuit = circuit;
        this.executor = executor;
    }

    /**
     * Makes the changes as far as Consul lets it. Throws nothing for what Consul does or fails to do.
     *
     * @param changes of one node at most one
     */
    public CatalogOutcome write(List<? extends CatalogChange> changes) {
        if (changes.isEmpty()) {
            return CatalogOutcome.NOTHING;
        }
        CatalogWrite write;
        try {
            write = new CatalogWrite(catalog, circuit, changes);
        } catch (RuntimeException e) {
            // a TLS file that cannot be used, for one: the health says so, and PostgreSQL goes on without Consul
            log.atWarn().addKeyValue("reason", e.getMessage()).log("Consul cannot be written to");
            Set<String> nodeIds = changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet());
            return new CatalogOutcome(Set.of(), Map.of(), nodeIds, e.getMessage());
        }
        List<FutureTask<Void>> others = IntStream.range(1, write.transactionsAtOnce())
                .mapToObj(number -> new FutureTask<Void>(write::work, null))
                .toList();
        others.forEach(this::start);
        write.work();
        others.forEach(task -> finish(task, write));
        return write.outcome();
    }

    private void start(FutureTask<Void> task) {
        try {
            (executor == null ? managedExecutor : executor).execute(task);
        } catch (RejectedExecutionException e) {
            log.atDebug().setCause(e).log("No thread for a transaction; the calling thread does it");
        }
    }

    /** Running a task that has begun does nothing; one that never got a thread finds nothing left to do. */
    private static void finish(FutureTask<Void> task, CatalogWrite write) {
        task.run();
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                write.stop("the write was interrupted");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
