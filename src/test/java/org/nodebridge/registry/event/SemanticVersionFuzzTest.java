// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class SemanticVersionFuzzTest {

    /** The expression of semver.org, in possessive form so that it is linear. */
    private static final Pattern OFFICIAL = Pattern.compile("(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)"
            + "(?:-([0-9A-Za-z-]++(?:\\.[0-9A-Za-z-]++)*+))?+(?:\\+([0-9A-Za-z-]++(?:\\.[0-9A-Za-z-]++)*+))?+");
    private static final int LONGEST = 200;

    @MethodSource("seeds")
    @FuzzTest
    void agreesWithTheExpressionOfSemver(byte[] input) {
        for (String text : Texts.of(input)) {
            boolean is = Bounded.time(() -> SemanticVersion.is(text));
            if (text.length() < LONGEST) {
                assertThat(is).as(text).isEqualTo(official(text));
            }
            ObjectNode parts = WireJson.MAPPER.createObjectNode();
            parts.put("major", 1).put("minor", 2).put("patch", 3).put("prerelease", text).put("build", text);
            String joined = Bounded.time(() -> SemanticVersion.of(parts));
            assertThat(joined == null || joined.length() > 1000 || SemanticVersion.is(joined)).isTrue();
        }
    }

    private static boolean official(String text) {
        var matcher = OFFICIAL.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String preRelease = matcher.group(4);
        return preRelease == null || Stream.of(preRelease.split("\\.")).noneMatch(part -> part.matches("0\\d+"));
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "1.2.3", "1.2.3-rc.1+build.5", "0.0.0-0", "01.2.3", "1.2", "1.2.3.4", "1.2.3-", "1.2.3+", "1.2.3-01",
                "1.2.3-a..b", "1.2.3-\u0661", "\u0661.2.3", "1.2.3-" + "a.".repeat(1000) + "a",
                "1".repeat(2000) + ".0.0",
                "1.2.3+-", "1.2.3--", "", ".", "..");
    }
}
