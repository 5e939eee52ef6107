// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.about;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version the project's version
 * @param commit the source's commit; empty where the build was not given one ({@code -Dbuild.commit})
 */
record BuildInfo(String version, String commit) {

    /** As the build has written it beside this class. */
    static final BuildInfo THIS = read();

    private static BuildInfo read() {
        Properties build = new Properties();
        try (InputStream file = BuildInfo.class.getResourceAsStream("build.properties")) {
            build.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(build.getProperty("version"), build.getProperty("commit"));
    }
}
