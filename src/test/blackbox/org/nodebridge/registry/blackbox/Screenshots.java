// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.nodebridge.registry.servers.ProjectDirectory;

/** The pictures of the console: in {@code target/screenshots}, and by {@code -Dscreenshots.update=true} in the docs. */
final class Screenshots {

    private Screenshots() {}

    /** Whether those in the docs are made again, so that they must be worth looking at. */
    static boolean areUpdated() {
        return Boolean.getBoolean("screenshots.update");
    }

    static void keep(Browser browser, String name) {
        Path picture = browser.screenshot(name);
        assertThat(picture).isNotEmptyFile();
        if (areUpdated()) {
            try {
                Path images = ProjectDirectory.target().resolveSibling("docs").resolve("images");
                Files.copy(
                        picture, Files.createDirectories(images).resolve("console-" + name + ".png"),
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
