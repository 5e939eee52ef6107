package org.nodebridge.registry.benchmark;

import java.util.List;

/**
 * Some of the rows, for half as long and without being told of. A JVM that has just started spends most of two cores on
 * compiling for a minute or two, and what is measured meanwhile is the compiler.
 */
final class WarmUp implements Row {

    private final List<Row> rows;

    WarmUp(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String name() {
        return "warm-up";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        Plan half = bench.plan().half();
        for (Row row : rows) {
            bench.progress().accept("warming up by " + row.name());
            row.measure(new Bench(half, bench.servers(), bench.registry(), new Report(), bench.progress()));
        }
    }
}
