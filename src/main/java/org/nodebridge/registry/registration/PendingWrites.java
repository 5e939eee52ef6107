// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nodebridge.registry.store.PendingWritesRepository;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreException;

/**
 * Pending Consul writes. Where noting one has to change the node's row too, and PostgreSQL refuses that, or another
 * session holds the row, it holds up no other. Not to be called in a transaction. Safe for many threads; every method
 * throws {@link StoreException} when PostgreSQL fails otherwise than by refusing rows.
 */
@ApplicationScoped
public class PendingWrites {

    @Inject
    private PendingWritesRepository repository;

    @Inject
    private RegistrationBatchRepository registrations;

    @Inject
    private RefusedRows refused;

    /** As {@link PendingWritesRepository#due}, without what was lately refused. */
    public List<ToolRegistration> due(Duration age, ToolRegistration after, int limit) {
        return repository.due(age, after, refused.lately(), limit);
    }

    /** Those of the rows that are claimed, see {@link PendingWritesRepository#claim}. */
    public List<ToolRegistration> claim(List<ToolRegistration> rows, Duration time) {
        Map<String, Long> revisions = new HashMap<>();
        rows.forEach(row -> revisions.put(row.nodeId(), row.revision()));
        Set<String> claimed = Set.copyOf(repository.claim(revisions, time));
        return rows.stream().filter(row -> claimed.contains(row.nodeId())).toList();
    }

    /** See {@link PendingWritesRepository#count}. */
    public long count() {
        return repository.count();
    }

    /** See {@link PendingWritesRepository#unclaim}. */
    public void unclaim(Collection<String> nodeIds) {
        repository.unclaim(nodeIds);
    }

    /** See {@link PendingWritesRepository#confirm}; what cannot be noted stays pending. */
    public void confirm(Map<String, Long> revisions) {
        each("confirm", List.copyOf(revisions.entrySet()), Map.Entry::getKey, some -> repository.confirm(of(some)));
    }

    /** See {@link PendingWritesRepository#refuse}. */
    public void refuse(Map<String, String> reasons, Map<String, Long> revisions) {
        repository.refuse(reasons, revisions);
    }

    /** See {@link PendingWritesRepository#markPending}. */
    public void markPending(Collection<String> nodeIds) {
        each("mark_pending", List.copyOf(nodeIds), Function.identity(), repository::markPending);
    }

    private <T> void each(String event, List<T> rows, Function<T, String> nodeId, Consumer<List<T>> change) {
        refused.withoutLocked(event, rows, nodeId, some -> {
            change.accept(some);
            return List.of();
        }, registrations::locked);
    }

    private static <V> Map<String, V> of(List<Map.Entry<String, V>> entries) {
        Map<String, V> map = new HashMap<>();
        entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }
}
