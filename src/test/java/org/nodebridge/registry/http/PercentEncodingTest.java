// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "%41", "%c3%a9", "%EF%BF%BD", "%F0%9F%98%80x", "%00", "a%2fb"})
    void takesUtf8(String text) {
        assertThat(PercentEncoding.isUtf8(text)).isTrue();
    }

    /** No byte of any character, half of one, a surrogate, a longer form than needed, and what is above U+10FFFF. */
    @ParameterizedTest
    @ValueSource(strings = {"%ff", "a%c3", "%c3a%a9", "%c3%41", "%a9", "%ED%A0%80", "%c0%80", "%F4%90%80%80"})
    void refusesWhatIsNoUtf8(String text) {
        assertThat(PercentEncoding.isUtf8(text)).isFalse();
    }
}
