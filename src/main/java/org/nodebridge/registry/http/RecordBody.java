// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.FieldError;

/**
 * The form of a request's body: a record whose components say by type and by Bean Validation what a member must be,
 * here as in OpenAPI. Of the annotations it carries out {@code NotNull}, {@code Min} and {@code Max} of an Integer,
 * {@code Pattern} of a String or of those in a list, and {@code Size} of a list, with the attributes of
 * {@link #CARRIED_OUT}. It refuses a form with any other attribute or annotation but OpenAPI's {@code Schema}: a check
 * that is declared and not made would be worse than none. Immutable and thread-safe.
 */
final class RecordBody<T extends Record> {

    private static final Map<Class<? extends Annotation>, Set<String>> CARRIED_OUT = Map.of(
            NotNull.class, Set.of("message"),
            Min.class, Set.of("value"),
            Max.class, Set.of("value"),
            Pattern.class, Set.of("regexp", "message"),
            Size.class, Set.of("min", "max", "message"));

    private final Constructor<T> constructor;
    private final Map<String, RecordComponent> members = new LinkedHashMap<>();

    /** @throws IllegalArgumentException for a record that is none of which a body is made */
    RecordBody(Class<T> form) {
        RecordComponent[] components = form.getRecordComponents();
        if (!only(form)) {
            throw new IllegalArgumentException(form + " asks for what is not carried out");
        }
        for (RecordComponent component : components) {
            check(component);
            members.put(SnakeCaseStrategy.INSTANCE.translate(component.getName()), component);
        }
        try {
            constructor = form.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(e);
        }
    }

    Set<String> members() {
        return members.keySet();
    }

    /** @throws InvalidInputException that names every broken member */
    T read(JsonBody json) {
        List<FieldError> errors = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        members.forEach((name, component) -> {
            try {
                Object value = value(json, name, component);
                require(value != null || !has(component.getAccessor(), NotNull.class), name,
                        () -> component.getAccessor().getAnnotation(NotNull.class).message());
                values.add(value);
            } catch (InvalidInputException broken) {
                errors.addAll(broken.errors());
            }
        });
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
        try {
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(JsonBody json, String name, RecordComponent component) {
        if (!json.has(name)) {
            // a program that means one thing or the other and has lost its value must not get what is done without it
            require(!json.member(name).isNull() || has(component.getAccessor(), NotNull.class), name,
                    () -> "must not be null: leave it out, or say what it is");
            return null;
        }
        Class<?> type = component.getType();
        if (type == Boolean.class) {
            return json.flag(name);
        }
        if (type == Integer.class) {
            return json.number(name, Math.toIntExact(component.getAccessor().getAnnotation(Min.class).value()),
                    Math.toIntExact(component.getAccessor().getAnnotation(Max.class).value()));
        }
        if (type == Instant.class) {
            return JsonBody.instant(name, json.text(name));
        }
        if (type == List.class) {
            return texts(json.texts(name), name, component);
        }
        return type == String.class ? text(json.text(name), name, component.getAccessor()) : json.member(name);
    }

    private static List<String> texts(List<String> texts, String name, RecordComponent component) {
        Size size = component.getAccessor().getAnnotation(Size.class);
        require(size == null || texts.size() >= size.min() && texts.size() <= size.max(), name,
                () -> size.message());
        for (int i = 0; i < texts.size(); i++) {
            text(texts.get(i), name + "[" + i + "]", items(component));
        }
        return texts;
    }

    private static String text(String text, String name, AnnotatedElement place) {
        Pattern pattern = place.getAnnotation(Pattern.class);
        require(pattern == null || text.matches(pattern.regexp()), name, () -> pattern.message());
        return text;
    }

    private static AnnotatedType items(RecordComponent list) {
        return ((AnnotatedParameterizedType) list.getAnnotatedType()).getAnnotatedActualTypeArguments()[0];
    }

    private static void require(boolean holds, String name, Supplier<String> message) {
        if (!holds) {
            throw new InvalidInputException(name, message.get());
        }
    }

    private static void check(RecordComponent component) {
        Class<?> type = component.getType();
        boolean known = type == Boolean.class && only(component.getAccessor())
                || type == Integer.class && only(component.getAccessor(), Min.class, Max.class)
                        && has(component.getAccessor(), Min.class) && has(component.getAccessor(), Max.class)
                || type == Instant.class && only(component.getAccessor())
                || type == String.class && only(component.getAccessor(), Pattern.class)
                || type == List.class && only(component.getAccessor(), Size.class)
                        && items(component).getType() == String.class && only(items(component), Pattern.class)
                || type == Object.class && only(component.getAccessor());
        if (!known) {
            throw new IllegalArgumentException(component + " asks for what is not carried out");
        }
    }

    private static boolean has(AnnotatedElement place, Class<? extends Annotation> annotation) {
        return place.isAnnotationPresent(annotation);
    }

    private static boolean only(AnnotatedElement place, Class<?>... constraints) {
        Set<Class<?>> allowed = Set.of(constraints);
        return Stream.of(place.getAnnotations()).allMatch(annotation -> {
            Class<?> type = annotation.annotationType();
            return type == Schema.class
                    || (type == NotNull.class || allowed.contains(type)) && carriedOutWhole(annotation);
        });
    }

    private static boolean carriedOutWhole(Annotation annotation) {
        Set<String> attributes = CARRIED_OUT.get(annotation.annotationType());
        return Stream.of(annotation.annotationType().getDeclaredMethods())
                .filter(attribute -> !attributes.contains(attribute.getName()))
                .allMatch(attribute -> Objects.deepEquals(valueOf(annotation, attribute), attribute.getDefaultValue()));
    }

    private static Object valueOf(Annotation annotation, Method attribute) {
        try {
            return attribute.invoke(annotation);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
