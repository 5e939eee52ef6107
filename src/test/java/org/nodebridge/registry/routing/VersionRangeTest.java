// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {

    @ParameterizedTest
    @CsvSource({
        "^1.4, 1.4.0, true", "^1.4, 1.9.9, true", "^1.4, 2.0.0, false", "~1.4.1, 1.4.9, true", "~1.4.1, 1.5.0, false",
        ">=1.2.0 <2.0.0, 1.99.0, true", ">=1.2.0 <2.0.0, 2.0.0, false", "1.x || >=3.0.0, 3.1.0, true",
        "1.2.3 - 1.4.0, 1.3.0, true", "*, 7.0.0, true", "1.4.2, 1.4.2, true", "1.4.2, 1.4.3, false",
        "^1.4, 1.5.0-rc.1, false", "^1.4, latest, false", "^1.4, , false", "^1.4 <1.6, 1.5.9, true",
        "^1.4 <1.6, 0.9.0, false", "^1.4 <1.6, 1.6.0, false", "~1.4 <1.4.9, 1.3.9, false", "~1.4 <1.4.9, 1.4.8, true",
        "~1.4 <1.4.9, 1.4.9, false", "> 1.4 <  2, 1.5.0, true", "> 1.4 <  2, 1.4.9, false", "x, 1.0.0, true",
        ">=1.2.3-rc.1 <2, 1.2.3-rc.2, true", "1.2 - 1.4 <1.3.5, 1.3.6, false", "1.2 - 1.4 <1.3.5, 1.3.4, true",
        "1 - 2 || ^4, 4.1.0, true", "1 - 2 || ^4, 3.0.0, false", ">=1.2.3-1, 1.2.3-99999999999999999999, false"
    })
    void knowsWhichVersionsAreInIt(String range, String version, boolean is) {
        assertThat(VersionRange.parse(range).orElseThrow().has(version)).isEqualTo(is);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "^", ">=", "[1,2)", "1.2.3;4", "abc", "1..2", ">=1.2.3.4.5", "^one",
        ">=1.4 latest", "^1.4 || latest", "^1.4 ||", "|| ^1.4", "^1.4 -", "- 1.4", "1 - 2 - 3", ">1 - 2", ">*", "<x",
        "^99999999999", "2147483648", "^2147483647", "1.2147483647", "1.2.3 - 99999999999", "^1.4 <1.99999999999"
    })
    void isNoRange(String text) {
        assertThat(VersionRange.parse(text)).isEmpty();
    }

    @Test
    void takesNoTimeForALongOne() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (String part : new String[] {"1 ", "1.", ">", "- ", "||1", "x", " "}) {
                String text = part.repeat(100).substring(0, 100);
                VersionRange.parse(text).ifPresent(range -> range.has("1.2.3"));
            }
        });
    }
}
