// SPDX-License-Identifier: Apache-2.0
/**
 * The health of each component, as the component itself reports it.
 *
 * <p>A component implements {@link org.nodebridge.registry.health.ComponentProbe} in its own package;
 * {@link org.nodebridge.registry.health.ComponentMonitor} asks all of them every few seconds, and every health answer
 * is read from what it last heard, so that asking for the health never waits for a store. Liveness never tests a
 * dependency; readiness does, per component.
 */
package org.nodebridge.registry.health;
