// SPDX-License-Identifier: Apache-2.0
/**
 * The wire formats that nodes speak: which one a record is in, where its fields are, and how it is written.
 *
 * <p>{@link org.nodebridge.registry.event.dialect.EnvelopeReader} never throws, for any bytes.
 */
package org.nodebridge.registry.event.dialect;
