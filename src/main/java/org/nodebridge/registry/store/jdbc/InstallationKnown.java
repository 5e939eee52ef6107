// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

/**
 * Fired once the schema is up to date, before any repository may be asked.
 *
 * @param id the identity of this installation, made once for each database
 */
public record InstallationKnown(String id) {}
