// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the AsyncAPI document to the JSON Schema that AsyncAPI gives out for its version. */
class AsyncApiDocumentTest {

    private static final Schema SCHEMA = schema();

    @Test
    void isADocumentOfTheVersionThatItNames() {
        assertThat(faults(Contract.document())).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("another version", document -> document.put("asyncapi", "2.6.0")),
                mistake("an unknown member", document -> document.put("topics", 1)),
                mistake("no title", document -> document.withObject("/info").remove("title")),
                mistake("an action of version 2",
                        document -> document.withObject("/operations/readIntrospection").put("action", "subscribe")),
                mistake("an operation without a channel",
                        document -> document.withObject("/operations/readIntrospection").remove("channel")),
                mistake("an unknown member of a message", document -> document
                        .withObject("/components/messages/bridge-introspection").put("schema", "bridge.json")),
                mistake("an unknown binding of Kafka", document -> document
                        .withObject("/components/messages/bridge-introspection/bindings/kafka").put("offset", 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void theSchemaFinds(String mistake, Consumer<ObjectNode> made) {
        ObjectNode document = Contract.document().deepCopy();
        made.accept(document);

        assertThat(faults(document)).as(mistake).isNotEmpty();
    }

    private static Arguments mistake(String name, Consumer<ObjectNode> made) {
        return Arguments.of(name, made);
    }

    private static List<Error> faults(JsonNode document) {
        return SCHEMA.validate(document);
    }

    private static Schema schema() {
        try (InputStream schema = AsyncApiDocumentTest.class.getResourceAsStream("asyncapi-3.0.0.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
