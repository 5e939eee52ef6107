// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The table of SECURITY.md that says who may do what. */
final class AccessTable {

    /** @param role the least that is needed; {@code anybody} for none */
    record Row(String method, String path, String role) {

        String operation() {
            return method + " " + path;
        }
    }

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([A-Z]+) ([^`]+)` \\| (anybody|reader|operator|admin) \\|");

    private AccessTable() {}

    static List<Row> rows() {
        try {
            return ROW.matcher(Files.readString(Path.of("SECURITY.md")))
                    .results()
                    .map(row -> new Row(row.group(1), row.group(2), row.group(3)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
