// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

/**
 * What a row is to reach. Missing it is a finding, not a failure.
 *
 * @param of whether it is about what was measured or about its ratio to what it is compared with
 */
record Target(Of of, Bound bound, double limit) {

    enum Of {
        MEASURED,
        RATIO
    }

    enum Bound {
        AT_LEAST,
        UNDER
    }

    static Target atLeast(double limit) {
        return new Target(Of.MEASURED, Bound.AT_LEAST, limit);
    }

    static Target under(double limit) {
        return new Target(Of.MEASURED, Bound.UNDER, limit);
    }

    static Target ratioAtLeast(double limit) {
        return new Target(Of.RATIO, Bound.AT_LEAST, limit);
    }

    static Target ratioUnder(double limit) {
        return new Target(Of.RATIO, Bound.UNDER, limit);
    }

    /** Never met by a value that is no number. */
    boolean isMetBy(double measured, Double ratio) {
        double value = of == Of.MEASURED ? measured : ratio == null ? Double.NaN : ratio;
        return bound == Bound.AT_LEAST ? value >= limit : value < limit;
    }

    String text(String unit) {
        String words = bound == Bound.AT_LEAST ? "at least " : "under ";
        return words + Numbers.text(limit) + (of == Of.RATIO ? " times" : " " + unit);
    }
}
