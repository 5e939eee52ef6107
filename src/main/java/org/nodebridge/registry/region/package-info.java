// SPDX-License-Identifier: Apache-2.0
/**
 * Registries that know each other's nodes. What this one has judged of its own nodes is exported to a compacted topic;
 * what others have is imported, read-only, from the mirrors of their topics. The prefix of a mirror says where a record
 * is from, never the record, and only own nodes are exported, so that nothing travels further than one hop. Silence
 * removes nothing: only a region's own records, or an operator, do.
 */
package org.nodebridge.registry.region;
