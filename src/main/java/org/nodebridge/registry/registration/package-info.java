// SPDX-License-Identifier: Apache-2.0
/**
 * The use case: every event of a node ends in PostgreSQL and in Consul, in that order, and what each store did is said.
 *
 * <p>{@link org.nodebridge.registry.registration.DualRegistrationService} is the class to read first. PostgreSQL
 * decides (its guard knows the newest event), Consul follows; what Consul could not take stays marked as pending and is
 * finished by {@code reconcile}. When PostgreSQL is away Consul is written ahead, the event is not acknowledged, and
 * once PostgreSQL is back it has the last word again.
 */
package org.nodebridge.registry.registration;
