// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

/** What a topic carries when a record does not say it itself; a record's own event type always beats its topic. */
public enum TopicKind {
    INTROSPECTION,
    HEARTBEAT
}
