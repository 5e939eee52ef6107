// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CheckAddresses;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.RegistrySettings;

/**
 * What the check of an entry is to be. What a probe of Consul's own found is its own affair; but a check there must be,
 * and no probe of what the registry may not probe.
 *
 * @param status what it is to say where the registry sets it
 * @param mayBeProbed whether Consul may be given the node's health URL
 * @param probeDecides whether a probe sets the check's status, as the agent's does
 */
public record ExpectedCheck(CheckStatus status, boolean mayBeProbed, boolean probeDecides) {

    /** @param judged what the registry judges of the node's health */
    public static ExpectedCheck of(ServiceEntry entry, CheckStatus judged, RegistrySettings settings) {
        boolean mayBeProbed = entry.healthUrl() != null
                && !CheckAddresses.refused(entry.healthUrl(), settings.probes().allowedAddresses());
        return new ExpectedCheck(entry.check(judged), mayBeProbed, settings.consul().mode() == Mode.AGENT);
    }

    /** Whether the entry's check is what it is to be. */
    public boolean meets(CatalogInstance entry) {
        return entry.status() != null && expected(entry).equals(actual(entry));
    }

    /** What the entry's check is to say. */
    public String expected(CatalogInstance entry) {
        if (!probeDecides || !mayBeProbed) {
            return status.wireName();
        }
        return entry.status() == null ? "any" : entry.probed() ? entry.status().wireName() : status.wireName();
    }

    /** What it says; {@code null} when there is none. */
    public String actual(CatalogInstance entry) {
        if (entry.status() == null) {
            return null;
        }
        String said = entry.status().wireName();
        return entry.probed() && !mayBeProbed ? said + ", by a probe of an address that is not allowed" : said;
    }
}
