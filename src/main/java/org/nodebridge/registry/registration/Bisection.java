// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Works on things together, and finds those at which the work fails by a defect. On the thread that calls. */
public final class Bisection {

    private Bisection() {}

    /**
     * Works on things in order: all at once, again {@code attempts} times while that fails by a defect, then in halves
     * until what is at fault is alone.
     *
     * @param work may be called again with things that it has been called with
     * @param atFault what to return for a thing at which the work fails
     * @return what the work returned of each part, in order
     * @throws RuntimeException an outage, as the work has thrown it; what was worked on before stays so
     */
    public static <T, R> List<R> of(
            List<T> things, int attempts, Function<List<T>, R> work, BiFunction<T, Throwable, R> atFault) {
        List<R> results = new ArrayList<>();
        halve(things, attempts, work, atFault, results);
        return results;
    }

    private static <T, R> void halve(
            List<T> things, int attempts, Function<List<T>, R> work, BiFunction<T, Throwable, R> atFault,
            List<R> results) {
        Throwable defect = null;
        for (int attempt = 0; attempt < attempts; attempt++) {
            try {
                results.add(work.apply(things));
                return;
            } catch (RuntimeException | Error e) {
                if (!Defects.isDefect(e)) {
                    throw e;
                }
                defect = e;
            }
        }
        if (things.size() == 1) {
            results.add(atFault.apply(things.get(0), defect));
        } else if (!things.isEmpty()) {
            int middle = things.size() / 2;
            halve(things.subList(0, middle), 1, work, atFault, results);
            halve(things.subList(middle, things.size()), 1, work, atFault, results);
        }
    }
}
