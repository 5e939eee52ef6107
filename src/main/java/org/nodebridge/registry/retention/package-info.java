// SPDX-License-Identifier: Apache-2.0
/**
 * Prunes what has been kept long enough, on the leader, once a minute.
 */
package org.nodebridge.registry.retention;
