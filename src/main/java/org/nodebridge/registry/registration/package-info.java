// SPDX-License-Identifier: Apache-2.0
/**
 * The use case: every event of a node ends in PostgreSQL and in Consul, in that order, and the result says what each
 * store did.
 *
 * <p>{@link org.nodebridge.registry.registration.DualRegistrationService} is the class to read first. PostgreSQL
 * decides (its guard knows the newest event), Consul follows; what Consul could not take stays marked as pending and is
 * finished by {@code reconcile}. While PostgreSQL is unavailable the event is written to Consul only and is not
 * acknowledged; once PostgreSQL is back it decides again.
 */
package org.nodebridge.registry.registration;
