// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedFieldsTest {

    private static JsonNode json(String text) throws JsonProcessingException {
        return JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build()
                .readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "{'a': {'x': 1, 'y': 2}} | {'a': {'y': 2, 'x': 1}} | []",
        "{'a': {'x': 1.0}, 'b': 1.50} | {'a': {'x': 1.0}, 'b': 1.50} | []",
        "{'a': 1.0, 'b': 100}    | {'a': 1, 'b': 1e2}      | [a]",
        "{'a': null}             | {}                      | []",
        "{'a': [1, 2]}           | {'a': [2, 1]}           | [a]",
        "{'a': {'x': 1}}         | {'a': {'x': '1'}}       | [a]",
        "{'b': 'x', 'a': 1}      | {'b': 'y', 'c': 1}      | [a, b, c]",
        "{'a': null}             | {'a': 'x'}              | [a]"
    })
    void namesTheFieldsWhoseValuesDiffer(String before, String now, String changed) throws JsonProcessingException {
        assertThat(ChangedFields.of(json(before), json(now))).hasToString(changed);
    }

    @Test
    void saysNothingWhereOneOfTheTwoIsNotKnown() throws JsonProcessingException {
        assertThat(ChangedFields.of(null, json("{'a': 1}"))).isEmpty();
        assertThat(ChangedFields.of(json("{'a': 1}"), null)).isEmpty();

        List<String> changed = new ArrayList<>();
        ChangedFields.add(changed, "status", null, "active");
        ChangedFields.add(changed, "health", "passing", "passing");
        ChangedFields.add(changed, "node_type", "effect", "reducer");
        assertThat(changed).containsExactly("node_type");
    }
}
