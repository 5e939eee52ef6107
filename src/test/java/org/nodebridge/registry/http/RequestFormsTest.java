// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.NodeType;

/** The forms of the bodies that resources read, and the OpenAPI document that the build has made of them. */
class RequestFormsTest {

    private static final Set<String> BOUNDS =
            Set.of("minimum", "maximum", "pattern", "minItems", "maxItems", "required");

    /** Records that a class names which reads bodies as records. */
    private static final List<? extends Class<? extends Record>> FORMS =
            ArchConfiguration.withThreadLocalScope(configuration -> {
                // no class of a library is asked for
                configuration.setResolveMissingDependenciesFromClassPath(false);
                return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.nodebridge.registry")
                        .stream()
                        .filter(RequestFormsTest::readsBodies)
                        .flatMap(resource -> resource.getReferencedClassObjects().stream())
                        .map(named -> named.getRawType().reflect())
                        .filter(Class::isRecord)
                        .map(named -> named.asSubclass(Record.class))
                        .toList();
            });

    private static boolean readsBodies(JavaClass one) {
        return one.getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(JsonBodies.class)
                        && call.getName().equals("read"));
    }

    private static final String CORDON_REASON =
            "(?=.*\\S)[^\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069]{1,500}";

    @Test
    void eachFormAsksOnlyForWhatIsCarriedOut() {
        assertThat(FORMS).hasSizeGreaterThan(4)
                .allSatisfy(form -> assertThatCode(() -> new RecordBody<>(form)).doesNotThrowAnyException());
    }

    @Test
    void theDocumentHasTheMembersAndBoundsOfEachForm() throws IOException {
        JsonNode schemas = JsonFormat.mapper()
                .readTree(Path.of("target", "openapi", "openapi.json").toFile())
                .at("/components/schemas");

        assertThat(FORMS).allSatisfy(form -> {
            JsonNode schema = schemas.path(form.getAnnotation(Schema.class).name());
            assertThat(schema.path("properties").properties()).extracting(member -> member.getKey())
                    .containsExactlyInAnyOrderElementsOf(new RecordBody<>(form).members());
        });
        assertThat(FORMS.stream().map(form -> form.getAnnotation(Schema.class).name())
                .flatMap(name -> bounds(name, schemas.path(name))))
                .containsExactlyInAnyOrder(
                        "Cordoning/required [\"reason\"]",
                        "Cordoning/reason/pattern " + CORDON_REASON,
                        "Cordonings/required [\"action\"]",
                        "Cordonings/action/pattern ^(cordon|uncordon)$",
                        "Cordonings/node_types/maxItems 4",
                        "Cordonings/node_types/items/pattern " + NodeType.PATTERN,
                        "Cordonings/regions/maxItems 50",
                        "Cordonings/capabilities/maxItems 50",
                        "Cordonings/reason/pattern " + CORDON_REASON,
                        "LettersToReplay/ids/minItems 1",
                        "LettersToReplay/ids/maxItems 10000",
                        "LettersToReplay/reason/pattern ^(defect|refused|unidentified|unreadable)$",
                        "LettersToReplay/limit/minimum 1",
                        "LettersToReplay/limit/maximum 10000",
                        "IntrospectionQuestion/reason/pattern "
                                + "^(manual|node_join|recovery|refresh|startup|startup_rebroadcast)$",
                        "IntrospectionQuestion/target_node_types/items/pattern " + NodeType.PATTERN,
                        "IntrospectionQuestion/timeout_ms/minimum 1",
                        "IntrospectionQuestion/timeout_ms/maximum 30000",
                        "HeldCohorts/node_type/pattern " + NodeType.PATTERN,
                        "TopicsToReplay/required [\"from\"]");
    }

    private static Stream<String> bounds(String place, JsonNode schema) {
        Set<String> found = new TreeSet<>();
        schema.properties().forEach(each -> {
            if (BOUNDS.contains(each.getKey())) {
                JsonNode bound = each.getValue();
                found.add(place + "/" + each.getKey() + " " + (bound.isTextual() ? bound.textValue() : bound));
            }
        });
        return Stream.concat(
                found.stream(),
                Stream.concat(
                        bounds(schema.path("properties"), place),
                        schema.has("items") ? bounds(place + "/items", schema.path("items")) : Stream.of()));
    }

    private static Stream<String> bounds(JsonNode properties, String place) {
        return properties.properties().stream()
                .flatMap(member -> bounds(place + "/" + member.getKey(), member.getValue()));
    }
}
