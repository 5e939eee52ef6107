// SPDX-License-Identifier: Apache-2.0
/**
 * Deletes what is past its retention, on the leader, once a minute.
 */
package org.nodebridge.registry.retention;
