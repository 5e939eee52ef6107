// SPDX-License-Identifier: Apache-2.0
/**
 * Requests that may be sent twice, and how many a caller may send.
 *
 * <p>With an {@code Idempotency-Key} a write is applied once, and the second request has the first one's response, on
 * any replica, for {@code registry.retention.idempotency}.
 */
package org.nodebridge.registry.idempotency;
