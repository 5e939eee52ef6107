// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;

/**
 * How a stream begins.
 *
 * @param events what comes first
 * @param snapshot the nodes that follow then; {@code null} for none
 * @param revision the changes after this one follow, which may be older than what the feed has
 * @param remote where it begins among the nodes of other regions; {@code null} where these are not asked for
 */
public record Start(List<StreamEvent> events, SnapshotReader snapshot, long revision, RemotePlace remote) {

    /** Of our own nodes alone. */
    Start(List<StreamEvent> events, SnapshotReader snapshot, long revision) {
        this(events, snapshot, revision, null);
    }
}
