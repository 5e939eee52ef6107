// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.util.ArrayList;
import java.util.List;

/** The short table that a start ends in. */
final class AddressTable {

    private record Row(String what, String where) {}

    private final List<Row> rows = new ArrayList<>();

    /** A row that is always there. */
    AddressTable row(String what, String where) {
        rows.add(new Row(what, where));
        return this;
    }

    /** A row for a server, which says so when it could not have the port that people expect it on. */
    AddressTable row(String what, String where, int port, int usualPort) {
        return row(what, port == usualPort ? where : where + "   (" + usualPort + " was taken)");
    }

    /** The table as lines, the second column aligned. */
    List<String> lines() {
        int width = rows.stream().mapToInt(row -> row.what().length()).max().orElse(0);
        return rows.stream()
                .map(row -> "  " + row.what() + " ".repeat(width - row.what().length() + 3) + row.where())
                .toList();
    }
}
