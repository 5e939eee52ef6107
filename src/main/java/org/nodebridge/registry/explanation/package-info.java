// SPDX-License-Identifier: Apache-2.0
/**
 * Why callers do not find a node: one answer from all that knows something of it, whether it is registered or not.
 *
 * <p>{@link org.nodebridge.registry.explanation.Explanations} asks the row, the history, Consul, the dead letters and
 * the consumer, each for seconds at most. All is found by an index or in memory, but for dead letters: those are looked
 * through from the newest for as long as there is time, and the answer says whether that were all.
 * {@link org.nodebridge.registry.explanation.NodeFindings} is the rule, and knows none of them.
 */
package org.nodebridge.registry.explanation;
