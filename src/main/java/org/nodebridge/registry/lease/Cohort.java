// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

/**
 * The nodes of one type and region.
 *
 * @param live how many are active or suspect
 * @param expired how many have expired lately
 */
public record Cohort(Key key, int live, int expired) {

    /** @param region empty for nodes that name none */
    public record Key(String nodeType, String region) {}

    /** How many there were before those expired. */
    public int size() {
        return live + expired;
    }
}
