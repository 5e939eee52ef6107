// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Jars of the test class path. */
final class Jars {

    private Jars() {}

    /** The jar that the class comes from. */
    static Path of(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
