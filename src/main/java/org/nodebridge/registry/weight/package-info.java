// SPDX-License-Identifier: Apache-2.0
/**
 * Weights of entries in Consul, for callers that only resolve names: the share of calls of each node, by its capacity
 * and its reported load. Off by default. Every change is a write to Consul's log that wakes all who watch
 * the service, so weights are coarse, and change seldom. The leader decides; a decision is kept in the node's row,
 * which is why it outlasts announcements and restarts, and why no comparison takes it for drift.
 */
package org.nodebridge.registry.weight;
