// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.FeatureHealth;

/** Whether everything can be answered from the view. */
@ApplicationScoped
class ViewHealth implements FeatureHealth {

    @Inject
    private DiscoveryView view;

    @Override
    public String feature() {
        return "discovery";
    }

    @Override
    public ComponentHealth health() {
        ComponentHealth health = ComponentHealth.healthy("all nodes are known");
        try {
            view.complete();
        } catch (ViewUnavailableException e) {
            health = health.degraded(e.getMessage());
        }
        return health.with("nodes", view.size())
                .with("refused_nodes", view.refused())
                .with("age_ms", view.ageMillis());
    }
}
