// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.List;

/**
 * Some of the rows, for a shorter time and without being reported. A JVM that has just started spends most of two cores
 * on compiling for some minutes, and what is measured meanwhile is the compiler.
 */
final class WarmUp implements Row {

    private static final double PART = 0.4;

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
        for (Row row : rows) {
            bench.progress().accept("warming up by " + row.name());
            row.measure(new Bench(
                    bench.plan().of(bench.plan().share(PART)), bench.servers(), bench.registry(), new Report(),
                    bench.progress()));
        }
    }
}
