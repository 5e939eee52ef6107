// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/** A write that an event shares with others. */
public enum Step {
    POSTGRESQL("store tool_registrations", "db.operation.batch.size", Attributes.of(
            AttributeKey.stringKey("db.system.name"), "postgresql",
            AttributeKey.stringKey("db.collection.name"), "tool_registrations")),

    CONSUL("write consul", "nodebridge.consul.batch_size", Attributes.of(
            AttributeKey.stringKey("peer.service"), "consul"));

    private final String spanName;
    private final AttributeKey<Long> size;
    private final Attributes attributes;

    Step(String spanName, String size, Attributes attributes) {
        this.spanName = spanName;
        this.size = AttributeKey.longKey(size);
        this.attributes = attributes;
    }

    String spanName() {
        return spanName;
    }

    /** @param nodes how many are written together; one is no batch */
    Attributes attributes(int nodes) {
        return nodes == 1 ? attributes : attributes.toBuilder().put(size, (long) nodes).build();
    }
}
