// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.function.Consumer;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * What every row has at hand.
 *
 * @param servers the servers that all share
 * @param registry the registry that is measured, with one replica running
 * @param progress receives, a line at a time, how it goes on
 */
record Bench(Plan plan, ServerGroup servers, Installation registry, Report report, Consumer<String> progress) {}
