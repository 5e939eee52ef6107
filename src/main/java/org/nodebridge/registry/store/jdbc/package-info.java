// SPDX-License-Identifier: Apache-2.0
/**
 * What stands around JDBC: statements with arrays as parameters, row locks, and the three exceptions that every failure
 * of PostgreSQL becomes.
 *
 * <p>{@link org.nodebridge.registry.store.jdbc.StoreUnavailableException} is an outage, {@link
 * org.nodebridge.registry.store.jdbc.StoreRefusedException} is about the data.
 */
package org.nodebridge.registry.store.jdbc;
