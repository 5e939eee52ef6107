// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.WireJson;

/** Reads the bodies of requests within {@code registry.limits.*}, as records are read. Safe for many threads. */
@ApplicationScoped
public class JsonBodies {

    private static final ClassValue<RecordBody<?>> FORMS = new ClassValue<>() {
        @Override
        protected RecordBody<?> computeValue(Class<?> form) {
            return new RecordBody<>(form.asSubclass(Record.class));
        }
    };

    private final WireJson json;

    /** For the proxy only. */
    public JsonBodies() {
        json = null;
    }

    @Inject
    public JsonBodies(RegistrySettings settings) {
        json = WireJson.ofUniqueMembers(settings.limits().limits());
    }

    /**
     * Reads a body as a record, whose components say what may be in it: their types, and {@code jakarta.validation}.
     * What is missing is null, and null itself is refused; an empty body is an object without members.
     *
     * @throws InvalidInputException when it is not one object, holds more than it may, has another member or one twice,
     *     or breaks a constraint; it names every broken member
     */
    public <T extends Record> T read(byte[] body, Class<T> form) {
        RecordBody<T> record = form(form);
        return record.read(new JsonBody(json, body, record.members()));
    }

    @SuppressWarnings("unchecked") // the form of a class is of that class
    private static <T extends Record> RecordBody<T> form(Class<T> form) {
        return (RecordBody<T>) FORMS.get(form);
    }
}
