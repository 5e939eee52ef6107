// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import org.nodebridge.registry.catalog.CheckStatus;

/**
 * The check of one of our entries as Consul has it.
 *
 * @param status what it says; {@code null} for none of ours
 * @param probed whether it has a URL that Consul, or consul-esm, is to probe
 */
record StandingCheck(CheckStatus status, boolean probed) {

    static final StandingCheck MISSING = new StandingCheck(null, false);

    static StandingCheck of(String wireName, boolean probed) {
        return new StandingCheck(CheckStatus.ofWireName(wireName).orElse(null), probed);
    }
}
