// SPDX-License-Identifier: Apache-2.0
/**
 * The stream of changes, for watchers.
 *
 * <p>{@link org.nodebridge.registry.changes.ChangeFeed} follows the history by its revisions, with one query for all
 * watchers of this replica, and keeps the last changes; {@link org.nodebridge.registry.changes.Watchers} is the entry
 * point. A watcher is a place in that common window and no queue of its own, so that a thousand of them cost no more
 * memory than one; a watcher that falls out of the window is cut, and comes back by the history or by a snapshot.
 *
 * <p>It promises: after a snapshot of revision n come all changes from n + 1 on, each once and in order, and every
 * replica gives the same events the same ids. A change goes with the node's registration as it was at that change or
 * later, since rows are read after the history; its status and health are those of the change. So what the last event
 * of a node says is what the table says, but for what changes without a revision: leases, heartbeats and what Consul
 * has confirmed.
 *
 * <p>The nodes of other regions come from a table that has each node once, with the number of its last change. {@link
 * org.nodebridge.registry.changes.RemoteFeed} reads it in slices that all watchers at the same place share; a watcher
 * is sent what each node has become, and not each change, so that nobody can fall behind further than all nodes.
 *
 * <p>No thread waits for a client: what cannot be sent at once is sent when the client has taken what was before.
 */
package org.nodebridge.registry.changes;
