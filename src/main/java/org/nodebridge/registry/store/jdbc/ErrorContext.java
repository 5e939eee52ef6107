// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import java.util.Objects;

/**
 * Whose code has raised an error in PostgreSQL: the driver's message ends in the functions it came out of, the
 * innermost first ({@code Where: PL/pgSQL function audit() line 3 at RAISE}). The names of our own functions begin
 * alike. The message may quote a row, so it is read in one pass for any content.
 *
 * @param byAnother whether a trigger or another function that is none of ours has raised it
 * @param onPurpose whether that says so itself, and nothing has happened to PostgreSQL
 */
record ErrorContext(boolean byAnother, boolean onPurpose) {

    private static final String OURS = "registration_";
    private static final String LANGUAGE = "PL/";
    private static final String SQL = "SQL function ";
    private static final String RAISE = " at RAISE";

    /** {@code Where: } in the languages that the driver speaks is shorter. */
    private static final int LONGEST_LABEL = 24;

    /** Sessions are ended with these, which no function can say; in some languages PostgreSQL has words of its own. */
    private static final String FATAL = "FATAL";
    private static final String PANIC = "PANIC";

    /** @param message the driver's; {@code null} for none */
    static ErrorContext of(String message) {
        String text = Objects.requireNonNullElse(message, "");
        if (text.startsWith(FATAL) || text.startsWith(PANIC)) {
            return new ErrorContext(false, false);
        }
        boolean byAnother = false;
        boolean onPurpose = false;
        // the first line is what was raised, and may quote anything
        for (String line : (Iterable<String>) text.lines().skip(1)::iterator) {
            int function = Math.max(begin(line, LANGUAGE), begin(line, SQL));
            String name = function < 0 ? "" : name(line.substring(function));
            // a block (DO) has none, and is what this session has sent
            if (!name.isEmpty() && !name.startsWith(OURS)) {
                onPurpose |= !byAnother && line.endsWith(RAISE);
                byAnother = true;
            }
        }
        return new ErrorContext(byAnother, onPurpose);
    }

    /** Where it stands, behind no more than the driver's label; less than 0 where it does not. */
    private static int begin(String line, String what) {
        return line.substring(0, Math.min(line.length(), LONGEST_LABEL)).indexOf(what);
    }

    /** {@code f} of {@code PL/pgSQL function s.f(integer) line 3}, and of {@code SQL function "f" statement 1}. */
    private static String name(String function) {
        int arguments = function.indexOf('(');
        if (arguments < 0) {
            int quote = function.indexOf('"');
            return function.substring(quote + 1, Math.max(quote + 1, function.indexOf('"', quote + 1)));
        }
        String qualified = function.substring(0, arguments).replace("\"", "");
        return qualified.substring(Math.max(qualified.lastIndexOf(' '), qualified.lastIndexOf('.')) + 1);
    }
}
