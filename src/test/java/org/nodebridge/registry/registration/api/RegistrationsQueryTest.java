// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.RegistrationStatus;

class RegistrationsQueryTest {

    private static RegistrationsQuery query(Consumer<RegistrationsQuery> with) {
        RegistrationsQuery query = new RegistrationsQuery();
        with.accept(query);
        return query;
    }

    @Test
    void asksForTheFirstHundredOfAllByTheirIdsWhenNothingIsSaid() {
        RegistrationsQuery query = new RegistrationsQuery();

        assertThat(query.filter()).isEqualTo(RegistrationFilter.ANY);
        assertThat(query.order()).isEqualTo(RegistrationOrder.BY_NODE_ID);
        assertThat(query.size()).isEqualTo(100);
        assertThat(query.after()).isNull();
        assertThat(query.fields().names()).isEmpty();
        assertThat(query.counts()).isFalse();
    }

    @Test
    void readsEveryFilter() {
        RegistrationsQuery query = query(q -> {
            q.nodeType = "effect,reducer,effect";
            q.status = "active,draining";
            q.health = "critical";
            q.region = "eu-1,süd";
            q.capability = List.of("a", "b,c");
            q.metadata = List.of("team=x=y", "empty=");
            q.stale = "true";
            q.cordoned = "false";
            q.text = "50%_";
        });

        assertThat(query.filter()).isEqualTo(new RegistrationFilter(
                null,
                Set.of(NodeType.EFFECT, NodeType.REDUCER),
                Set.of(RegistrationStatus.ACTIVE, RegistrationStatus.DRAINING), Set.of("critical"),
                Set.of("eu-1", "süd"), List.of("a", "b,c"), List.of(Map.entry("team", "x=y"), Map.entry("empty", "")),
                true, false, "50%_"));
    }

    @Test
    void readsEverySortBothWays() {
        for (RegistrationOrder.Key key : RegistrationOrder.Key.values()) {
            assertThat(query(q -> q.sort = key.wireName()).order()).isEqualTo(new RegistrationOrder(key, false));
            assertThat(query(q -> q.sort = "-" + key.wireName()).order()).isEqualTo(new RegistrationOrder(key, true));
        }
    }

    @Test
    void goesOnWithTheSameFiltersInAnyOrder() {
        String cursor = query(q -> {
            q.nodeType = "effect,reducer";
            q.capability = List.of("a", "b");
        }).nextCursor(new Place("n", "n"));

        Place after = query(q -> {
            q.nodeType = "reducer,effect";
            q.capability = List.of("b", "a");
            q.limit = "7";
            q.count = "true";
            q.fields = "node_id";
            q.cursor = cursor;
        }).after();

        assertThat(after).isEqualTo(new Place("n", "n"));
    }

    static Stream<Consumer<RegistrationsQuery>> otherFilters() {
        return Stream.of(
                q -> {},
                q -> q.nodeType = "reducer",
                q -> q.status = "active",
                q -> q.health = "passing",
                q -> q.region = "effect",
                q -> q.capability = List.of("effect"),
                q -> q.metadata = List.of("node_type=effect"),
                q -> q.stale = "false",
                q -> q.cordoned = "true",
                q -> q.text = "effect");
    }

    @ParameterizedTest
    @MethodSource("otherFilters")
    void doesNotGoOnWithOtherFilters(Consumer<RegistrationsQuery> others) {
        String cursor = query(q -> q.nodeType = "effect").nextCursor(new Place("n", "n"));

        assertThatThrownBy(() -> query(others.andThen(q -> q.cursor = cursor)).after())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("other filters");
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                broken("node_type", q -> q.nodeType = "effect,gateway"),
                broken("node_type", q -> q.nodeType = ""),
                broken("node_type", q -> q.nodeType = "effect,"),
                broken("status", q -> q.status = "gone"),
                broken("health", q -> q.health = "healthy"),
                broken("region", q -> q.region = ""),
                broken("region", q -> q.region = "x".repeat(1025)),
                broken("region", q -> q.region = "a\0"),
                broken("capability", q -> q.capability = List.of("a", "")),
                broken("capability", q -> q.capability = Collections.nCopies(51, "a")),
                broken("metadata", q -> q.metadata = List.of("key")),
                broken("metadata", q -> q.metadata = List.of("=value")),
                broken("stale", q -> q.stale = "yes"),
                broken("stale", q -> q.stale = ""),
                broken("cordoned", q -> q.cordoned = "maybe"),
                broken("q", q -> q.text = ""),
                broken("q", q -> q.text = "\0"));
    }

    private static Arguments broken(String field, Consumer<RegistrationsQuery> with) {
        return Arguments.of(field, with);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void namesTheFilterThatIsNotValid(String field, Consumer<RegistrationsQuery> with) {
        assertThatThrownBy(() -> query(with).filter())
                .isInstanceOfSatisfying(InvalidInputException.class, e -> assertThat(e.errors())
                        .singleElement()
                        .satisfies(error -> assertThat(error.field()).isEqualTo(field)));
    }

    @Test
    void namesEveryParameterThatIsNotValidAtOnce() {
        RegistrationsQuery query = query(q -> {
            q.nodeType = "gateway";
            q.stale = "no";
            q.sort = "colour";
            q.limit = "0";
            q.fields = "colour";
            q.count = "";
        });

        assertThatThrownBy(query::check)
                .isInstanceOfSatisfying(InvalidInputException.class, e -> assertThat(e.errors())
                        .extracting(FieldError::field)
                        .containsExactly("node_type", "stale", "sort", "limit", "fields", "count"));
        query(q -> q.sort = "-health").check();
    }

    @Test
    void namesTheFieldsThatNoRegistrationHas() {
        assertThatThrownBy(() -> query(q -> q.fields = "node_id,colour,stores,Status").fields())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[colour, Status]");
        assertThatThrownBy(() -> query(q -> q.fields = "").fields()).isInstanceOf(InvalidInputException.class);
    }
}
