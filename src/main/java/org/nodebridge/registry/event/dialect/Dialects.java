// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.Fields;

/** The dialects in use. */
final class Dialects {

    /** What the registry itself writes, and what a payload without an envelope is taken for. */
    static final Dialect OWN = new BridgeDialect();

    /** In the order in which a record is tried; the last one takes what has no marks, as it is the barest. */
    static final List<Dialect> ALL =
            List.of(new CoreDialect(), new InfraDialect(), OWN, new BridgeDocumentDialect());

    /** The fields of a heartbeat without an envelope, whose dialect is unknown. */
    static final Set<String> ANY_HEARTBEAT = ALL.stream()
            .flatMap(dialect -> dialect.heartbeatFields().stream())
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> ID_FIELDS =
            ALL.stream().map(Dialect::idField).collect(Collectors.toUnmodifiableSet());

    private Dialects() {}

    /** @param named what the record's own event type says, {@code null} when it says nothing that is known */
    static Dialect of(ObjectNode record, EventKind named) {
        for (Dialect dialect : ALL) {
            if (dialect.recognizes(record, named)) {
                return dialect;
            }
        }
        return ALL.get(ALL.size() - 1);
    }

    /** Whether a record has the id of any dialect. */
    static boolean hasId(Fields record) {
        return ID_FIELDS.stream().anyMatch(record::has);
    }
}
