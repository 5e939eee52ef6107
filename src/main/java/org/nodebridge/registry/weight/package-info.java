// SPDX-License-Identifier: Apache-2.0
/**
 * Weights of entries in Consul, for callers that only resolve names: how much each node is to get, by what it can do
 * and what it says that it is doing. Off by default. Every change is a write to Consul's log that wakes all who watch
 * the service, so weights are coarse, and change seldom. The leader decides; a decision is kept in the node's row,
 * which is why it outlasts announcements and restarts, and why no comparison takes it for drift.
 */
package org.nodebridge.registry.weight;
