// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How many bytes answers may have, beside how many entries are asked for.
 *
 * @param bytes of one page; one that would be longer ends earlier
 * @param bytesAtOnce of all pages that are read and sent at the same time
 */
public record PageSettings(int bytes, int bytesAtOnce) {

    private static final int MIB = 1024 * 1024;

    static PageSettings read(SettingsReader settings) {
        int bytes = settings.number("registry.api.page-bytes", null, 4 * MIB, 64 * 1024, 256 * MIB);
        int atOnce = settings.number("registry.api.page-bytes-at-once", null, 32 * MIB, 64 * 1024, 1024 * MIB);
        if (atOnce < bytes) {
            settings.refuse("registry.api.page-bytes-at-once must not be less than registry.api.page-bytes");
        }
        return new PageSettings(bytes, atOnce);
    }
}
