// SPDX-License-Identifier: Apache-2.0
/**
 * Cordons: an operator's word that nodes are not to be called, regardless of what they announce. It is kept in the
 * node's row, in columns that no event writes, and reaches Consul as a critical check with the reason.
 */
package org.nodebridge.registry.cordon;
