// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGateTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "*/* | true", "a/b;q=0.5 | true", "a/b;q=1 | true", "a/b;q=1.000, c/d;q=.3 | true",
        "a/b ; Q = 0.1 ; x=y | true",
        "a/b;q= | false", "a/b;q=x | false", "a/b;q=-1 | false", "a/b;q=1x | false", "a/b;q=1e3 | false",
        "a/b;q=0.5, c/d;q=y | false", "a/b;q=0.00000000000000000000001 | false", "a/b;q=1.2.3 | false",
        "a/b;q=2 | false", "a/b;q=\u0661 | false", "text/html, image/gif, *; q=.2, */*; q=.2 | true", "a/b,,c/d | true",
        "; | false", "a | false", "a/ | false", "/ | false", "a/b/c | false", "a b/c | false", "é/b | false",
        "a/b, ;q=1 | false"
    })
    void readsWeights(String accept, boolean good) {
        assertThat(HeaderForm.ACCEPT.fits(accept)).isEqualTo(good);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b;q=#", "a/b;q=0.#", "a/b;q=.#", "a/b;q #", "a/b;#", "a/b;q=1 #", ";q=#"})
    void takesTimeInProportionToTheLength(String accept) {
        for (String filling : new String[] {"0", " ", ";", ";q", ";q=", ";q=1", "1.", " ;"}) {
            String hostile = accept.replace("#", filling.repeat(200_000));

            // by the square of the length these would take minutes
            assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> HeaderForm.ACCEPT.fits(hostile), accept + filling);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application/json | true", "application/json; charset=utf-8 | true", "application/x-ndjson | true",
        "; | false", "a | false", "a/ | false", "a/b, c/d | false", "() | false", "application/ | false",
        "a/b;q=x | false", "application/json;q= | false", "application/json;Q=x | false", "a/b; q=\" | false",
        "a/b;charset=utf-8 ; q = 1.2.3 | false", "a/b;q=1e3 | false", "a/b;q=\u0661 | false", "a/b;q=0.5 | true",
        "a/b;q | true"
    })
    void readsOneMediaTypeOfABody(String contentType, boolean good) {
        assertThat(HeaderForm.CONTENT_TYPE.fits(contentType)).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "de-DE, de;q=0.9, en;q=.8, *;q=0 | true", "!!! | true", "en;q=x | false", "en;q= | false", "*;q=2 | false"
    })
    void readsWeightsOfLanguages(String languages, boolean good) {
        assertThat(HeaderForm.ACCEPT_LANGUAGE.fits(languages)).isEqualTo(good);
    }

    @Test
    void saysWhatIsWrongInWordsOfOurs() {
        assertThat(ErrorPage.problem(404).detail()).isEqualTo("there is nothing at this address");
        assertThat(ErrorPage.problem(599).title()).isEqualTo("Error");
    }
}
