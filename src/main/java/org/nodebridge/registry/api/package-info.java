// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP interface under {@code /api/v1}: manual registration, reading what is registered, health and figures.
 *
 * <p>Errors are RFC 9457 problem details that name every broken field. A read that PostgreSQL cannot answer says so
 * with 503; an outage never looks like an empty list. Rows never leave as they are: the representations here are the
 * interface. Every operation needs a role, by its annotation or, without one, by {@link
 * org.nodebridge.registry.api.AccessFilter}. A query parameter that a method does not declare is an error.
 */
package org.nodebridge.registry.api;
