// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The bridge's own: the one the design document shows, and the one the registry writes. */
final class BridgeDialect extends BridgeFamily {

    BridgeDialect() {
        super("event_timestamp", "source_node_id");
    }

    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public boolean recognizes(ObjectNode record, EventKind named) {
        return record.has(timeField()) || record.has(sourceField());
    }
}
