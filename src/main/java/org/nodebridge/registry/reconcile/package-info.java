/**
 * Consul converges to PostgreSQL: what Consul still owes is looked for and written, until nothing is owed.
 *
 * <p>Rows are found by their state, never by "last id", so none can be skipped. Every replica looks; two that write the
 * same row write the same content, because it is read from the row.
 */
package org.nodebridge.registry.reconcile;
