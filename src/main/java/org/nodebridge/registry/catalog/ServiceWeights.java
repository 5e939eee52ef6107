// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/**
 * How much of a service's calls an entry is to get, beside the others' weights. DNS gives the one of the check's state.
 *
 * @param passing while the check is passing
 * @param warning while it is warning: a third, as {@code GET /route} gives a node that reports a problem
 */
public record ServiceWeights(int passing, int warning) {

    /** What an entry has in Consul that is written without any. */
    public static final ServiceWeights NONE = new ServiceWeights(1, 1);

    /** HAProxy takes the weights of SRV records by 256, rounded up: smaller ones are all the same to it. */
    private static final int UNIT = 256;

    /** Of each step, 1 to 10, in these units: the root of two from one to the next, as near as whole numbers get. */
    private static final int[] UNITS = {2, 3, 4, 6, 8, 11, 16, 23, 32, 45};

    /** How many steps there are. */
    public static final int STEPS = UNITS.length;

    /** @param step from 1 to {@link #STEPS}, the nearest of these for others; {@code null} for no weights */
    public static ServiceWeights ofStep(Integer step) {
        if (step == null) {
            return NONE;
        }
        int units = UNITS[Math.min(STEPS, Math.max(1, step)) - 1];
        return new ServiceWeights(units * UNIT, Math.max(1, Math.round(units / 3f)) * UNIT);
    }
}
