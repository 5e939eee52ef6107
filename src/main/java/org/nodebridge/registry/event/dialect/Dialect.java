// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.nodebridge.registry.event.Fields;

/**
 * One of the forms in which nodes write the same events: how it is recognized, and where it keeps what. All else about
 * it is the readers', which ask here and know no particular dialect. Immutable and thread-safe.
 *
 * <p>A new one is a class, a line in {@link Dialects}, and a folder of fixtures, over which {@code DialectContractTest}
 * then runs.
 */
interface Dialect {

    /** Such as {@code bridge-document}; its fixtures are in the folder of that name. */
    String name();

    /**
     * Whether a record is in this dialect, unless one before it in {@link Dialects} takes it.
     *
     * @param named what the record's own event type says, {@code null} when it says nothing that is known
     */
    boolean recognizes(ObjectNode record, EventKind named);

    String idField();

    String timeField();

    /** The envelope's field that names the sender; {@code null} when the dialect does without. */
    default String sourceField() {
        return null;
    }

    /** Whether the payload is an object of its own; otherwise it lies among the envelope's fields. */
    default boolean wrapsPayload() {
        return true;
    }

    /** Whether the event type is part of the envelope, so that leaving it to the topic is a leniency. */
    default boolean namesEventType() {
        return false;
    }

    default boolean identifiesNodesByUuid() {
        return false;
    }

    /** Whether the first epoch is 1, so that 0 is a leniency. */
    default boolean countsEpochsFromOne() {
        return false;
    }

    /** The fields an envelope may have. */
    Set<String> envelopeFields();

    /** The fields an introspection's payload may have; empty when the dialect has no introspections. */
    Set<String> introspectionFields();

    /** The fields a heartbeat's payload may have; empty when the dialect has no heartbeats. */
    Set<String> heartbeatFields();

    /** The introspection's fields that hold capabilities; the first one that names a capability describes it. */
    List<String> capabilityFields();

    /** Reports what the dialect asks of an introspection beyond what all dialects do. */
    default void checkIntrospection(Fields payload) {}

    /**
     * Reports what the dialect asks of a heartbeat beyond what all dialects do.
     *
     * @param uptime in seconds, {@code null} when missing or broken, which is reported already
     */
    default void checkHeartbeat(Fields payload, Double uptime) {}
}
