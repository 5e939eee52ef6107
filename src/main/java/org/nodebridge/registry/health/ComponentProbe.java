// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

/** Finds out how one component is. Called every few seconds from a managed thread; may block for some seconds. */
public interface ComponentProbe {

    /** The component's name: kafka, consul or postgres. */
    String component();

    /** How it is now; an exception counts as unhealthy, with the exception's message. */
    ComponentHealth probe();
}
