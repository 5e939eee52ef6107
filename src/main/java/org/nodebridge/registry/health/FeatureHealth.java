// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

/**
 * How a feature of the registry itself is. It is shown beside the components where it is not healthy, and then makes
 * the whole degraded; unlike a component it makes no replica unready and holds back no expiry. Called for each request.
 */
public interface FeatureHealth {

    /** The feature's name, such as discovery. */
    String feature();

    ComponentHealth health();
}
