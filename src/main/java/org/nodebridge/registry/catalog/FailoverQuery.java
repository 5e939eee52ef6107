// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/**
 * What became of the names that lead to other datacenters.
 *
 * @param change what was done now
 * @param trouble why callers are not led everywhere that was wanted, for a person; empty when they are
 */
public record FailoverQuery(Change change, String trouble) {

    /** What was done. */
    public enum Change {
        NONE,
        INSTALLED,
        /** Another program had changed it, or the setting had. */
        REPAIRED,
        REMOVED
    }
}
