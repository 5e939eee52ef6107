// SPDX-License-Identifier: Apache-2.0
/**
 * Who can be called now: a view of all nodes in the memory of each replica, and what is answered from it alone.
 *
 * <p>{@link org.nodebridge.registry.discovery.DiscoveryView} loads all nodes and then follows the history by its
 * revisions, which have no gap, so that it has every change of the history once it is half a second old. A node that
 * changes more often than {@code registry.history.changes-per-node} allows (60 a minute) is put off by the history, and
 * so here. What other programs write is not in the history: all nodes are compared every five minutes, a page at a
 * time. Load figures make no revisions: they are read every two seconds, while clients ask for them.
 *
 * <p>It promises: nothing is answered before the view is complete; while PostgreSQL is unavailable it serves what it has
 * and says how old that is; for nodes beyond its bound it grows no further, and health says so. No request reads
 * PostgreSQL.
 */
package org.nodebridge.registry.discovery;
