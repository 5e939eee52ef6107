// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.store.BulkUpsert;
import org.postgresql.ds.PGSimpleDataSource;

/** What PostgreSQL takes alone: the registry's own upsert, 500 rows a statement and a commit, on four connections. */
final class PostgresLimit implements Row {

    static final String KEY = "limit.postgres.upsert";
    static final String ONE = "limit.postgres.one";
    static final String DATABASE = "limits";

    private static final int ROWS = 500;
    private static final int CONNECTIONS = 4;

    @Override
    public String name() {
        return "limits-postgres";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        PostgresServer postgres = bench.servers().postgres().orElseThrow();
        migrate(postgres);
        List<Introduced> nodes = Introductions.of(bench.plan().nodes());
        AtomicInteger next = new AtomicInteger();
        int parts = (nodes.size() + ROWS - 1) / ROWS;
        // new rows first, so that what is measured are changes as they are later
        upsert(postgres, nodes, next, parts, Long.MAX_VALUE);
        long end = Workers.end(bench.plan().share(0.08));
        Throughput throughput = Workers.run(CONNECTIONS, () -> upsert(postgres, nodes, next, Integer.MAX_VALUE, end));
        bench.report().add(Result.reported(
                KEY, "PostgreSQL alone: bulk upsert, 500 a statement, 4 connections", throughput.perSecond(),
                "rows/s"));
        bench.report().add(Result.reported(
                ONE, "PostgreSQL alone: one row and its commit, one at a time, p50",
                one(postgres, nodes, bench.plan().share(0.05)).millis(50), "ms"));
    }

    private static Latencies one(PostgresServer postgres, List<Introduced> nodes, Duration length) throws Exception {
        Latencies times = new Latencies();
        long end = Workers.end(length);
        try (Handle handle = BulkUpsert.over(() -> Installation.connect(postgres, DATABASE))) {
            for (int number = 0; System.nanoTime() < end; number++) {
                List<Introduced> one = Introductions.again(List.of(nodes.get(number % nodes.size())));
                long start = System.nanoTime();
                BulkUpsert.write(handle, one);
                times.record(System.nanoTime() - start);
            }
        }
        return times;
    }

    private static long upsert(
            PostgresServer postgres, List<Introduced> nodes, AtomicInteger next, int mostParts, long end)
            throws Exception {
        int parts = (nodes.size() + ROWS - 1) / ROWS;
        long written = 0;
        try (Handle handle = BulkUpsert.over(() -> Installation.connect(postgres, DATABASE))) {
            for (int part = next.getAndIncrement();
                    part < mostParts && System.nanoTime() < end;
                    part = next.getAndIncrement()) {
                int first = part % parts * ROWS;
                written += BulkUpsert.write(
                        handle,
                        Introductions.again(nodes.subList(first, Math.min(first + ROWS, nodes.size()))));
            }
        }
        return written;
    }

    /** Makes a database with the registry's schema. */
    private static void migrate(PostgresServer postgres) {
        Installation.createDatabase(postgres, DATABASE);
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setServerNames(new String[] {postgres.host()});
        database.setPortNumbers(new int[] {postgres.port()});
        database.setDatabaseName(DATABASE);
        database.setUser(postgres.user());
        database.setPassword(postgres.password());
        Flyway.configure(PostgresLimit.class.getClassLoader())
                .dataSource(database)
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }
}
