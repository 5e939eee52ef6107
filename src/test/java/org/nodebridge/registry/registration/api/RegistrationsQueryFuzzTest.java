// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.store.RegistrationOrder.Place;

class RegistrationsQueryFuzzTest {

    private static final Set<String> PARAMETERS = Set.of(
            "node_type", "status", "health", "region", "capability", "metadata", "stale", "q", "sort", "limit",
            "cursor",
            "fields", "count");

    /** The lines of the input are the parameters' values, an empty one is a parameter that is not given. */
    @MethodSource("seeds")
    @FuzzTest
    void everyQueryIsAPageOrNamesTheParametersThatAreWrong(byte[] input) {
        for (String text : Texts.of(input)) {
            List<String> lines = List.of(text.split("\n", -1));
            RegistrationsQuery query = query(lines);
            if (Bounded.time(() -> passes(query))) {
                assertThat(query.size()).isBetween(1, 1000);
                assertThat(query.filter().toString()).isNotNull();
                assertThat(Storable.text(query.filter().toString())).isTrue();
                assertThat(query.fields().names()).allMatch(name -> name.matches("[a-z0-9_]+"));
                assertThat(query.counts()).isIn(true, false);
                RegistrationsQuery next = query(lines);
                next.cursor = query.nextCursor(new Place("2026-01-01T00:00:00Z", "node-1"));
                assertThat(next.after()).isEqualTo(new Place("2026-01-01T00:00:00Z", "node-1"));
            }
        }
    }

    private static boolean passes(RegistrationsQuery query) {
        try {
            query.check();
            return true;
        } catch (InvalidInputException refused) {
            assertThat(refused.errors()).isNotEmpty().allSatisfy(error -> {
                assertThat(PARAMETERS).contains(error.field());
                assertThat(error.message()).isNotBlank();
            });
            return false;
        }
    }

    private static RegistrationsQuery query(List<String> lines) {
        RegistrationsQuery query = new RegistrationsQuery();
        query.nodeType = line(lines, 0);
        query.status = line(lines, 1);
        query.health = line(lines, 2);
        query.region = line(lines, 3);
        query.stale = line(lines, 4);
        query.text = line(lines, 5);
        query.sort = line(lines, 6);
        query.limit = line(lines, 7);
        query.fields = line(lines, 8);
        query.count = line(lines, 9);
        query.cursor = line(lines, 10);
        String capability = line(lines, 11);
        query.capability = capability == null ? List.of() : List.of(capability.split(" ", -1));
        String metadata = line(lines, 12);
        query.metadata = metadata == null ? List.of() : List.of(metadata.split(" ", -1));
        return query;
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() && !lines.get(index).isEmpty() ? lines.get(index) : null;
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "", "effect,compute", "effect\nactive\npassing\neu-1\ntrue\nq\n-updated_at\n10\nnode_id,status\ntrue",
                "\n\n\n\n\n\n\n\n\n\n\nread write\nkey=value a==", "\n\n\n\n\n\nlast_heartbeat\n1000",
                "\n\n\n\n\n\n\n99999999999", "\n\n\n\n\n\n\n\u0661", "\n\n\n\n\n\n--node_id", ",".repeat(2000),
                "\n\n\n" + "a,".repeat(49) + "a", "\n\n\n\n\n" + "q".repeat(1025), "\n\n\n\n\n\u0000",
                "x\nx\nx\nx\nx\nx\nx\nx\nx\nx",
                "\n\n\n\n\n\n\n\nhelp,[" + "x".repeat(1000), "\n\n\n\n\n\n\n\n\n\n\n\n=value");
    }
}
