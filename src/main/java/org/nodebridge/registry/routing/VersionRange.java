// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.semver4j.Range;
import org.semver4j.RangesList;
import org.semver4j.RangesListFactory;
import org.semver4j.Semver;
import org.semver4j.SemverException;

/**
 * A range of semantic versions as npm writes it, such as {@code ^1.4} or {@code >=2 <3}. The library is given one
 * comparator at a time: of several it drops those that it does not understand, and some that it does.
 */
final class VersionRange {

    static final String RULE = "must be a range of versions as npm writes it, such as ^1.4 or >=2.0.0 <3.0.0,"
            + " of 100 characters at most";

    /** Of nothing else can a range consist; what the library makes of other text is no question of ours. */
    private static final Pattern RANGE = Pattern.compile("[0-9A-Za-z.*^~<>=| +-]{1,100}");
    private static final Pattern BLANK_AFTER_OPERATOR = Pattern.compile("([<>=^~]) +");
    private static final Pattern ANY = Pattern.compile("[xX*](\\.[xX*]){0,2}");
    private static final Pattern VERSION = Pattern.compile("v?[0-9][0-9A-Za-z.*+-]*");
    private static final Pattern COMPARATOR = Pattern.compile("([<>]=?|=|\\^|~>?)?" + VERSION);

    private static final BigInteger TOO_LARGE = BigInteger.valueOf(Integer.MAX_VALUE);

    private final RangesList ranges;

    private VersionRange(RangesList ranges) {
        this.ranges = ranges;
    }

    /** Empty for what is no range, or only in part. */
    static Optional<VersionRange> parse(String text) {
        if (!RANGE.matcher(text).matches()) {
            return Optional.empty();
        }
        RangesList any = new RangesList(false);
        for (String section : text.split("\\|\\|", -1)) {
            List<Range> all = section(BLANK_AFTER_OPERATOR.matcher(section).replaceAll("$1").strip());
            if (all.isEmpty()) {
                return Optional.empty();
            }
            any.add(all);
        }
        return Optional.of(new VersionRange(any));
    }

    /** A version that is none, or that a node does not name, is in no range. */
    boolean has(String version) {
        Semver parsed = version == null ? null : Semver.parse(version);
        try {
            return parsed != null && parsed.satisfies(ranges);
        } catch (NumberFormatException e) {
            return false; // the library compares a pre-release of more than 18 digits with no other
        }
    }

    /** All that must hold; empty where a part is none. */
    private static List<Range> section(String text) {
        String[] tokens = text.split(" +");
        List<Range> all = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            boolean hyphen = i + 2 < tokens.length && tokens[i + 1].equals("-");
            List<Range> one = hyphen ? hyphen(tokens[i], tokens[i + 2]) : comparator(tokens[i]);
            if (one.isEmpty()) {
                return List.of();
            }
            all.addAll(one);
            i += hyphen ? 2 : 0;
        }
        return all;
    }

    private static List<Range> hyphen(String from, String to) {
        return isVersion(from) && isVersion(to) ? ranges(from + " - " + to) : List.of();
    }

    private static List<Range> comparator(String token) {
        if (ANY.matcher(token).matches()) {
            return ranges("*");
        }
        return COMPARATOR.matcher(token).matches() && numbersFit(token) ? ranges(token) : List.of();
    }

    private static boolean isVersion(String token) {
        return VERSION.matcher(token).matches() && numbersFit(token);
    }

    /** The library counts in {@code int}, and one further for the end of a range. */
    private static boolean numbersFit(String token) {
        for (String number : token.split("[-+]", 2)[0].split("[^0-9]+")) {
            if (!number.isEmpty() && new BigInteger(number).compareTo(TOO_LARGE) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Range> ranges(String text) {
        try {
            List<List<Range>> ranges = RangesListFactory.create(text).get();
            return ranges.size() == 1 ? ranges.get(0) : List.of();
        } catch (SemverException | NumberFormatException e) {
            return List.of();
        }
    }
}
