// SPDX-License-Identifier: Apache-2.0
/**
 * Introspection requests, which ask nodes to announce themselves: by an operator, who waits for the answers, at the
 * start, and when a node sends heartbeats without being registered.
 *
 * <p>Which events answer a request is learned from {@code registration}'s CDI events.
 */
package org.nodebridge.registry.introspection;
