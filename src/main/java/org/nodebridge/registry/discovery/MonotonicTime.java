// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

/** Milliseconds of a clock that no administrator sets, comparable within this process only. */
public final class MonotonicTime {

    private MonotonicTime() {}

    public static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
