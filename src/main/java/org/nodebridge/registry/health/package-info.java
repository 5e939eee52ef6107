// SPDX-License-Identifier: Apache-2.0
/**
 * The health of each component, as the component itself reports it.
 *
 * <p>A component implements {@link org.nodebridge.registry.health.ComponentProbe} in its own package;
 * {@link org.nodebridge.registry.health.ComponentMonitor} asks all of them every few seconds. Every health answer is
 * read from its last results, so that no request for health waits for a store. Liveness never tests a
 * dependency; readiness does, per component.
 */
package org.nodebridge.registry.health;
