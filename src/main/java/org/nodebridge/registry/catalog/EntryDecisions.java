// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

/**
 * What an entry shows that was decided about its node, and that no announcement of the node says.
 *
 * @param cordon why an operator has cordoned the node; {@code null} where none has
 * @param weights how much of the service's calls the entry is to get
 */
public record EntryDecisions(String cordon, ServiceWeights weights) {}
