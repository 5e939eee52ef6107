// SPDX-License-Identifier: Apache-2.0
/**
 * The repositories' access to PostgreSQL by Jdbi: the data sources, statements with arrays as
 * parameters, row locks, and the three exceptions that every failure of PostgreSQL becomes. Nothing outside this
 * package uses {@code java.sql}.
 *
 * <p>{@link org.nodebridge.registry.store.jdbc.StoreUnavailableException} is an outage, {@link
 * org.nodebridge.registry.store.jdbc.StoreRefusedException} is about the data.
 */
package org.nodebridge.registry.store.jdbc;
