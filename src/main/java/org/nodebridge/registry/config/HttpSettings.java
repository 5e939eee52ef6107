// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

/**
 * What one request, or one caller, may ask of the registry.
 *
 * @param mostBodyBytes the longest body of a request that is no batch
 * @param mostBatchBytes the longest body of a batch
 * @param writesPerSecond how many writes of one caller a replica takes in a second; 0 for any number
 */
public record HttpSettings(int mostBodyBytes, int mostBatchBytes, int writesPerSecond) {

    private static final int MIB = 1024 * 1024;

    static HttpSettings read(SettingsReader settings) {
        return new HttpSettings(
                settings.number("registry.http.most-body-bytes", null, MIB, 1024, 1024 * MIB),
                settings.number("registry.http.most-batch-bytes", null, 32 * MIB, 1024, 1024 * MIB),
                settings.number("registry.http.writes-per-second", null, 5000, 0, 1_000_000));
    }
}
