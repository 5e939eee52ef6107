// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The core project's shutdown event: everything in one object, without an envelope. */
final class CoreDialect implements Dialect {

    @Override
    public String name() {
        return "core";
    }

    @Override
    public boolean recognizes(ObjectNode record, EventKind named) {
        return named == EventKind.SHUTDOWN && !record.hasNonNull("payload");
    }

    @Override
    public String idField() {
        return "event_id";
    }

    @Override
    public String timeField() {
        return "timestamp";
    }

    @Override
    public boolean wrapsPayload() {
        return false;
    }

    @Override
    public boolean identifiesNodesByUuid() {
        return true;
    }

    @Override
    public Set<String> envelopeFields() {
        return DepartureReader.FIELDS;
    }

    @Override
    public Set<String> introspectionFields() {
        return Set.of();
    }

    @Override
    public Set<String> heartbeatFields() {
        return Set.of();
    }

    @Override
    public List<String> capabilityFields() {
        return List.of();
    }
}
