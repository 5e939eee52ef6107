// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

/** One thing to measure. */
interface Row {

    /** A short name, by which {@code -Dbenchmark.rows} chooses it. */
    String name();

    /** Measures it and adds it to the report; any exception means that it could not be measured. */
    void measure(Bench bench) throws Exception;

    /** Stops what it has started, after what that has used was counted; called however the measuring ended. */
    default void end() {}
}
