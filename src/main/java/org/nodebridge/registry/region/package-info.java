// SPDX-License-Identifier: Apache-2.0
/**
 * Registries that know each other's nodes. This registry exports its own nodes, as it has judged them, to a compacted
 * topic, and imports those of others, read-only, from the mirrors of their topics. A record's region is the prefix of
 * its mirror, never what the record says. Only own nodes are exported, so that nothing travels further than one hop.
 * Silence removes nothing: only a region's own records, or an operator, do.
 */
package org.nodebridge.registry.region;
