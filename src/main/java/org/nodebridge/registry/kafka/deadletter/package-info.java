// SPDX-License-Identifier: Apache-2.0
/**
 * Dead letters as records: what their headers say, how a record that is too large is truncated, and where they are
 * published.
 *
 * <p>A record is acknowledged after Kafka has confirmed its dead letter. Package {@code deadletter} reads them again.
 */
package org.nodebridge.registry.kafka.deadletter;
