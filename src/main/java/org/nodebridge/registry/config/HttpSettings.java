// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import org.nodebridge.registry.config.value.SettingsReader;

/**
 * What one request, or one caller, may ask of the registry.
 *
 * @param mostBodyBytes the longest body of a request that is no batch
 * @param mostBatchBytes the longest body of a batch
 * @param bodyBytesAtOnce the heap that the bodies of all requests may take at the same time, as trees
 * @param writesPerSecond how many writes of one caller a replica takes in a second; 0 for any number
 * @param maxUrlBytes the longest path and query together
 * @param maxHeaders how many header lines a request may have
 * @param maxHeaderBytes the longest header, all its lines together; those that are parsed have a lower limit
 */
public record HttpSettings(
        int mostBodyBytes,
        int mostBatchBytes,
        int bodyBytesAtOnce,
        int writesPerSecond,
        int maxUrlBytes,
        int maxHeaders,
        int maxHeaderBytes) {

    private static final int MIB = 1024 * 1024;

    static HttpSettings read(SettingsReader settings) {
        return new HttpSettings(
                settings.number("registry.http.most-body-bytes", null, MIB, 1024, 1024 * MIB),
                settings.number("registry.http.most-batch-bytes", null, 32 * MIB, 1024, 1024 * MIB),
                settings.number("registry.http.body-bytes-at-once", null, 64 * MIB, MIB, 1024 * MIB),
                settings.number("registry.http.writes-per-second", null, 5000, 0, 1_000_000),
                settings.number("registry.http.max-url-bytes", null, 8192, 1024, 32_768),
                settings.number("registry.http.max-headers", null, 100, 20, 500),
                settings.number("registry.http.max-header-bytes", null, 8192, 1024, 32_768));
    }
}
