// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorPageTest {

    @ParameterizedTest
    @ValueSource(strings = {"/%5c..", "/a/%5C../x", "/\\..", "/console/%5C%2e%2e", "/%5c.%2E"})
    void callsItTheClientsMistakeWhereABackslashLeadsOut(String uri) {
        assertThat(ErrorPage.status(500, uri)).isEqualTo(400);
    }

    @Test
    void tellsEveryOtherStatusAsItIs() {
        assertThat(ErrorPage.status(500, "/a")).isEqualTo(500);
        assertThat(ErrorPage.status(500, null)).isEqualTo(500);
        assertThat(ErrorPage.status(404, "/%5c..")).isEqualTo(404);
        assertThat(ErrorPage.status(null, "/error")).isEqualTo(404);
        assertThat(ErrorPage.status(200, "/error")).isEqualTo(404);
    }
}
