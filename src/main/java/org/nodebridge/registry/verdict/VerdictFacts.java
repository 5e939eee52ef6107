// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.health.ComponentHealth;

/**
 * What a verdict is made of.
 *
 * @param components by name, in the order to show them
 * @param features those of the registry's own features that are not healthy
 * @param maxClockSkew how far a replica's clock may be off
 * @param heldByOthers partitions that no replica of this registry consumes
 * @param types the nodes of each type; empty where the view of the nodes is not complete yet
 * @param stores what PostgreSQL tells; empty while it does not
 * @param openDeadLetters how many; {@code null} where it is not known
 */
record VerdictFacts(
        Map<String, ComponentHealth> components, Map<String, ComponentHealth> features, Duration maxClockSkew,
        Set<String> heldByOthers, Optional<List<NodesOfType>> types, Optional<Stores> stores, Long openDeadLetters) {

    /**
     * @param all registered nodes, but for those that drain
     * @param suspect those whose lease has ended
     * @param critical those whose check is critical, and that are no suspects
     * @param notCallable those that a caller could not use
     */
    record NodesOfType(String type, int all, int suspect, int critical, int notCallable) {}

    /**
     * @param drift how many nodes of each kind
     * @param comparedFor how long ago the stores were compared; {@code null} where they never were
     * @param comparedNodes how many nodes were compared then
     * @param repairs how many comparisons of the last hour had to repair something
     * @param held how many silent nodes self-preservation holds
     * @param blocked why no lease ends; {@code null} while they do
     * @param conflicts nodes as which two processes announce themselves
     */
    record Stores(
            Map<String, Long> drift, Duration comparedFor, long comparedNodes, int repairs, int held, String blocked,
            long conflicts) {}
}
