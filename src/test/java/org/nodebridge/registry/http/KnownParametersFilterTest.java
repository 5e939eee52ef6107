// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.FieldError;

class KnownParametersFilterTest {

    private static final Map<String, Boolean> KNOWN = Map.of("limit", false, "capability", true);

    static class FewerFilters {
        @QueryParam("stale")
        String stale;
    }

    static class Filters extends FewerFilters {
        @QueryParam("capability")
        List<String> capability;

        String other;
    }

    void method(
            @PathParam("node_id") String nodeId, @QueryParam("limit") String limit, @BeanParam Filters filters,
            byte[] body) {}

    @Test
    void knowsTheQueryParametersOfAMethodAndOfItsBeans() {
        var method = Stream.of(KnownParametersFilterTest.class.getDeclaredMethods())
                .filter(each -> each.getName().equals("method"))
                .findFirst()
                .orElseThrow();

        assertThat(KnownParametersFilter.known(method))
                .containsExactlyInAnyOrderEntriesOf(Map.of("limit", false, "stale", false, "capability", true));
    }

    @Test
    void hasNothingAgainstWhatIsKnown() {
        assertThat(KnownParametersFilter.errors(
                Map.of("limit", List.of("1"), "capability", List.of("a", "b")), KNOWN))
                .isEmpty();
    }

    @Test
    void namesWhatIsNotKnownAndWhatIsThereTwice() {
        assertThat(KnownParametersFilter.errors(
                Map.of("limit", List.of("1", "2"), "x".repeat(500), List.of("")), KNOWN))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("limit", "x".repeat(100) + "…");
    }

    @Test
    void namesSoManyOnlyForAQueryOfThousands() {
        Map<String, List<String>> given = IntStream.range(0, 2_000)
                .boxed()
                .collect(Collectors.toMap(i -> "p" + i, i -> List.of("")));

        assertThat(KnownParametersFilter.errors(given, KNOWN)).hasSize(20);
    }
}
