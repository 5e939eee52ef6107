// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.Optional;
import java.util.regex.Pattern;
import org.semver4j.RangesList;
import org.semver4j.RangesListFactory;
import org.semver4j.Semver;
import org.semver4j.SemverException;

/** A range of semantic versions as npm writes it, such as {@code ^1.4} or {@code >=2 <3}. */
final class VersionRange {

    static final String RULE = "must be a range of versions as npm writes it, such as ^1.4 or >=2.0.0 <3.0.0,"
            + " of 100 characters at most";

    /** Of nothing else can a range consist; what the library makes of other text is no question of ours. */
    private static final Pattern RANGE = Pattern.compile("[0-9A-Za-z.*^~<>=| +-]{1,100}");
    private static final Pattern COMPARED = Pattern.compile("[0-9xX*]");

    private final RangesList ranges;

    private VersionRange(RangesList ranges) {
        this.ranges = ranges;
    }

    /** Empty for what is no range. */
    static Optional<VersionRange> parse(String text) {
        if (!RANGE.matcher(text).matches() || !COMPARED.matcher(text).find()) {
            return Optional.empty();
        }
        try {
            RangesList ranges = RangesListFactory.create(text);
            return ranges.get().isEmpty() || ranges.get().stream().anyMatch(all -> all.isEmpty())
                    ? Optional.empty()
                    : Optional.of(new VersionRange(ranges));
        } catch (SemverException e) {
            return Optional.empty();
        }
    }

    /** A version that is none, or that a node does not name, is in no range. */
    boolean has(String version) {
        Semver parsed = version == null ? null : Semver.parse(version);
        return parsed != null && parsed.satisfies(ranges);
    }
}
