// SPDX-License-Identifier: Apache-2.0
/**
 * What nodes say, read into one type for all dialects.
 *
 * <p>Three dialects of the same envelope are in use, and none of them is kept to by everyone who speaks it. This
 * package is the only place that knows: {@link org.nodebridge.registry.event.dialect.EnvelopeReader} turns the bytes of
 * a record into a {@link org.nodebridge.registry.event.NodeEvent},
 * {@link org.nodebridge.registry.event.dialect.EnvelopeWriter} writes the envelopes that the registry itself publishes,
 * and all other packages see domain types only.
 *
 * <p>It promises:
 * <ul>
 *   <li>reading never throws for what a record holds: a record that cannot be read is
 *       {@link org.nodebridge.registry.event.NodeEvent.Unreadable}, with every broken field named and no credential;
 *   <li>identity, types and versions are never guessed; all else is read leniently, and each
 *       {@link org.nodebridge.registry.event.Leniency} is reported with the event;
 *   <li>what it hands out can be stored: no text holds U+0000 or half a surrogate pair, no number is out of the range
 *       of PostgreSQL's {@code jsonb}, no id is longer than its column;
 *   <li>a departure is never read as an introspection event.
 * </ul>
 */
package org.nodebridge.registry.event;
