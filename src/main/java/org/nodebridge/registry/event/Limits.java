// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

/**
 * How much one record or request may hold. Beyond any of them it is an error that names the field; nothing is cut.
 *
 * <p>A tree of JSON costs some 25 times its bytes, so the tokens are what bounds the memory for reading one, and the
 * sizes are what bounds the memory for pages, snapshots and batches of many.
 *
 * @param tokens JSON tokens of a record or body: names, values, and the begin and end of objects and arrays
 * @param digits characters of a number when it is written out without an exponent, at most 1000
 * @param nameLength characters of each name within capabilities, endpoints and metadata
 * @param textLength characters of each text within capabilities and metadata
 * @param labelLength characters of role, version, environment, region, network id and deployment id
 * @param capabilities how many capabilities a node may have
 * @param endpoints how many endpoints a node may have
 * @param capabilitiesBytes bytes of the capabilities as JSON that PostgreSQL writes
 * @param endpointsBytes the same of the endpoints
 * @param metadataBytes the same of the metadata
 * @param descriptionBytes the same of all three together
 */
public record Limits(
        int tokens,
        int digits,
        int nameLength,
        int textLength,
        int labelLength,
        int capabilities,
        int endpoints,
        int capabilitiesBytes,
        int endpointsBytes,
        int metadataBytes,
        int descriptionBytes) {

    /** What the settings default to. */
    public static final Limits DEFAULT =
            new Limits(10_000, 1000, 255, 32_768, 128, 1000, 250, 65_536, 65_536, 65_536, 131_072);
}
