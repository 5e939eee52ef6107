// SPDX-License-Identifier: Apache-2.0
/**
 * Where PostgreSQL and Consul differ, node by node and field by field.
 *
 * <p>This package only compares; {@code reconcile} repairs. A difference counts as drift when it is older than the
 * grace period.
 */
package org.nodebridge.registry.drift;
