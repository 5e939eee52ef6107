// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.util.List;

/**
 * A replay of topics that is asked for.
 *
 * @param topics input topics; {@code null} for all
 * @param requestedBy who asks
 */
public record TopicReplayRequest(ReplayStart from, List<String> topics, boolean dryRun, String requestedBy) {}
