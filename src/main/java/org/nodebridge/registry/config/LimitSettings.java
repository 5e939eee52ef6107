// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import org.nodebridge.registry.config.value.SettingsReader;
import org.nodebridge.registry.event.Limits;

/**
 * How much one record or request may hold; beyond it is refused, and nothing is cut.
 *
 * @param tokens JSON tokens of a record or body
 * @param numberDigits characters of a number that is written out without an exponent
 * @param nameLength characters of a name within capabilities, endpoints and metadata
 * @param textLength characters of a text within capabilities and metadata
 * @param labelLength characters of role, version, environment, region, network id and deployment id
 * @param capabilities how many a node may have
 * @param endpoints how many a node may have
 * @param capabilitiesBytes bytes of the capabilities as JSON
 * @param endpointsBytes bytes of the endpoints as JSON
 * @param metadataBytes bytes of the metadata as JSON
 * @param descriptionBytes bytes of all three
 */
public record LimitSettings(
        int tokens,
        int numberDigits,
        int nameLength,
        int textLength,
        int labelLength,
        int capabilities,
        int endpoints,
        int capabilitiesBytes,
        int endpointsBytes,
        int metadataBytes,
        int descriptionBytes) {

    private static final int MOST_BYTES = 1024 * 1024;

    static LimitSettings read(SettingsReader settings) {
        return new LimitSettings(
                settings.number("registry.limits.tokens", null, 10_000, 100, 500_000),
                settings.number("registry.limits.number-digits", null, 1000, 20, 1000),
                settings.number("registry.limits.name-length", null, 255, 32, 1000),
                settings.number("registry.limits.text-length", null, 32_768, 100, MOST_BYTES),
                settings.number("registry.limits.label-length", null, 128, 36, 255),
                settings.number("registry.limits.capabilities", null, 1000, 1, 100_000),
                settings.number("registry.limits.endpoints", null, 250, 1, 100_000),
                settings.number("registry.limits.capabilities-bytes", null, 65_536, 100, MOST_BYTES),
                settings.number("registry.limits.endpoints-bytes", null, 65_536, 100, MOST_BYTES),
                settings.number("registry.limits.metadata-bytes", null, 65_536, 100, MOST_BYTES),
                settings.number("registry.limits.description-bytes", null, 131_072, 100, MOST_BYTES));
    }

    /** The same as the readers of records and bodies take them. */
    public Limits limits() {
        return new Limits(
                tokens, numberDigits, nameLength, textLength, labelLength, capabilities, endpoints, capabilitiesBytes,
                endpointsBytes, metadataBytes, descriptionBytes);
    }
}
