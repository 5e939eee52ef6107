// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The bridge's documents, which name time and source differently from its code. */
final class BridgeDocumentDialect extends BridgeFamily {

    BridgeDocumentDialect() {
        super("timestamp", "source_node");
    }

    @Override
    public String name() {
        return "bridge-document";
    }

    /** Its own names are no marks, as other dialects have a {@code timestamp} too. */
    @Override
    public boolean recognizes(ObjectNode record, EventKind named) {
        return true;
    }
}
