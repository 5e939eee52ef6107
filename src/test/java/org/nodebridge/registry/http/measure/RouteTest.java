// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.measure;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {

    @ParameterizedTest
    @CsvSource({"list, things", "one, things/{id}"})
    void isTheTemplateAndNotWhatTheClientSent(String operation, String route) throws Exception {
        Method method = Things.class.getDeclaredMethod(operation);

        assertThat(Route.of(method)).isEqualTo(route);
    }

    @Test
    void isNoneForARequestWithoutAnOperation() {
        assertThat(Route.of(null)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"GET, GET", "DELETE, DELETE", "get, other", "BREW, other"})
    void takesNoMethodThatAClientHasMadeUp(String method, String label) {
        assertThat(Route.method(method)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({"200, 2xx", "304, 3xx", "404, 4xx", "503, 5xx"})
    void countsStatusesByTheirClass(int status, String label) {
        assertThat(Route.statusClass(status)).isEqualTo(label);
    }

    @Path("things")
    static class Things {

        void list() {}

        @Path("{id}")
        void one() {}
    }
}
