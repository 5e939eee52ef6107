// SPDX-License-Identifier: Apache-2.0
/**
 * Queues that are processed in batches, limits on what is under way, and waits between tries.
 *
 * <p>Nothing here knows nodes or stores.
 */
package org.nodebridge.registry.concurrent;
