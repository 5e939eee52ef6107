// SPDX-License-Identifier: Apache-2.0
/**
 * The wire formats that nodes speak: which one a record is in, where its fields are, and how it is written.
 *
 * <p>{@link org.nodebridge.registry.event.dialect.EnvelopeReader} throws nothing, whatever the bytes are.
 */
package org.nodebridge.registry.event.dialect;
