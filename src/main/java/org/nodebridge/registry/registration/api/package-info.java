// SPDX-License-Identifier: Apache-2.0
/**
 * Registrations by HTTP: register, read, list, deregister, send heartbeats, one by one or in batches.
 *
 * <p>Rows are never sent as they are: the views here are the API. A read that PostgreSQL cannot answer is 503.
 */
package org.nodebridge.registry.registration.api;
