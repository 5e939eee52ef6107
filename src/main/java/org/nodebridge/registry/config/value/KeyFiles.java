// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** Whether files hold what settings want of them, as far as that can be seen without using it. */
final class KeyFiles {

    private KeyFiles() {}

    /** Whether the file can be read and looks like a JWKS, or like PEM. */
    static boolean holdKeys(String file) {
        try {
            String text = Files.readString(Path.of(file)).strip();
            return text.startsWith("{") || text.startsWith("-----BEGIN");
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    /** Whether the file that the setting names holds certificates in PEM. */
    static boolean holdCertificates(String setting, String file) {
        try {
            return !new PemFile(setting, file).certificates().isEmpty();
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }
}
