// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What was found wrong with one record: what breaks it and what was read all the same. Not thread-safe. */
public final class Findings {

    /** Errors travel in the headers of a dead letter, and those must fit a Kafka record. */
    public static final int MOST_ERRORS = 100;

    static final int LONGEST_PATH = 256;
    private static final int LONGEST_QUOTE = 60;
    private static final int LONGEST_SHOWN = 100;

    private final boolean strict;
    private final Limits limits;
    private final List<FieldError> errors = new ArrayList<>(0);
    private final EnumSet<Leniency> leniencies = EnumSet.noneOf(Leniency.class);
    private int withheld;

    public Findings(boolean strict, Limits limits) {
        this.strict = strict;
        this.limits = limits;
    }

    /** How much a record may hold. */
    public Limits limits() {
        return limits;
    }

    /** @param field {@code null} for the record as a whole */
    public void error(FieldPath field, String message) {
        // the text of a path is not made for an error that is only counted
        error(field == null || errors.size() == MOST_ERRORS ? "$" : field.toString(), message);
    }

    public void error(String field, String message) {
        if (errors.size() == MOST_ERRORS) {
            withheld++;
        } else {
            // a field without a name would be no field of the error
            String named = field.isEmpty() ? "\"\"" : printable(shortened(field, LONGEST_PATH));
            errors.add(new FieldError(named, printable(message)));
        }
    }

    /** Counts the leniency, or in strict mode makes an error of it. */
    public void lenient(Leniency leniency, String field, String message) {
        if (strict && leniency != Leniency.CLOCK_AHEAD) {
            error(field, message);
        } else {
            leniencies.add(leniency);
        }
    }

    public boolean broken() {
        return !errors.isEmpty();
    }

    public Set<Leniency> leniencies() {
        return leniencies.isEmpty() ? Set.of() : Collections.unmodifiableSet(leniencies);
    }

    public NodeEvent.Unreadable unreadable(String correlationId) {
        List<FieldError> all = new ArrayList<>(errors);
        if (withheld > 0) {
            all.add(new FieldError("$", "has " + withheld + " more broken fields"));
        }
        return new NodeEvent.Unreadable(List.copyOf(all), correlationId);
    }

    /** A value as it may stand in a message: short, in quotes. */
    public static String quoted(String value) {
        return '"' + shortened(value, LONGEST_QUOTE) + '"';
    }

    /** A text of a caller as an answer repeats it: no mebibyte, and nothing that cannot be seen. */
    public static String shown(String text) {
        return printable(shortened(text, LONGEST_SHOWN));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Characters.areShown(c) ? c : 0xFFFD)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }
}
