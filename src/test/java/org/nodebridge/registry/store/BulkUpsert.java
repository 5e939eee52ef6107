// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.config.LeaseSettings;
import org.nodebridge.registry.config.LeaseSettings.Damping;
import org.nodebridge.registry.config.LeaseSettings.Watch;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.store.jdbc.JdbiProducer;

/** The registry's own upsert and nothing around it, so that the benchmark can tell what PostgreSQL takes alone. */
public final class BulkUpsert {

    private static final Duration TTL = Duration.ofHours(6);
    private static final LeaseSettings LEASES = new LeaseSettings(
            byType(TTL), TTL, TTL, byType(Watch.AUTO), TTL, TTL, TTL, TTL, new Damping(3, TTL, TTL));
    private static final String SQL = RegistrationSql.with(
            LEASES.damping(), 2, RegistrationSql.upsert(WeightSettings.DEFAULT));

    private BulkUpsert() {}

    /** Writes a row for each introduction in one statement; returns how many were new or newer than what was there. */
    public static int write(Handle handle, List<Introduced> introductions) {
        return handle.createQuery(SQL)
                .bindNamedArgumentFinder(IntroducedRow.columns(IntroducedRow.of(introductions, LEASES)))
                .mapTo(String.class)
                .list()
                .size();
    }

    /** What {@link #write} takes; closes the connection with itself. */
    public static Handle over(ConnectionFactory connections) {
        return JdbiProducer.configured(Jdbi.create(connections)).open();
    }

    private static <T> Map<String, T> byType(T value) {
        return Stream.of(NodeType.values()).collect(Collectors.toMap(NodeType::wireName, type -> value));
    }
}
