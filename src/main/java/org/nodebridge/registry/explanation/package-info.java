// SPDX-License-Identifier: Apache-2.0
/**
 * Why callers do not find a node: one answer from all sources, whether the node is registered or not.
 *
 * <p>{@link org.nodebridge.registry.explanation.Explanations} asks the row, the history, Consul, the dead letters and
 * the consumer, each for seconds at most. All but dead letters is found by an index or in memory. Dead letters are
 * searched from the newest until the time is up, and the answer says whether all were searched.
 * {@link org.nodebridge.registry.explanation.NodeFindings} holds the rules, and knows none of the sources.
 */
package org.nodebridge.registry.explanation;
