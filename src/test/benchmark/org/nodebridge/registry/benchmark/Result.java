// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

/**
 * One line of the table.
 *
 * @param key names it for machines, and for the rows that are compared with it
 * @param what names it for people
 * @param comparedWith what the ratio is to; {@code null} for nothing
 * @param compared the value of that; {@code null} when it was not measured in this run
 * @param target {@code null} where it is only reported
 */
record Result(
        String key, String what, double measured, String unit, String comparedWith, Double compared, Target target) {

    /** A value that only stands there, such as a limit of a store. */
    static Result reported(String key, String what, double measured, String unit) {
        return new Result(key, what, measured, unit, null, null, null);
    }

    static Result aimedAt(String key, String what, double measured, String unit, Target target) {
        return new Result(key, what, measured, unit, null, null, target);
    }

    /** What was measured as a multiple of what it is compared with, or {@code null} when there is no such thing. */
    Double ratio() {
        return compared == null || compared == 0 ? null : measured / compared;
    }

    /** {@code null} when there is no target, or nothing to compare with where the target is a ratio. */
    Boolean met() {
        if (target == null || target.of() == Target.Of.RATIO && ratio() == null) {
            return null;
        }
        return target.isMetBy(measured, ratio());
    }
}
