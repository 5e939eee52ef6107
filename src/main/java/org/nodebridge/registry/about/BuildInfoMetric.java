// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.about;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.nodebridge.registry.metrics.ReplicaMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows in the metrics which build runs here, and on what. */
@ApplicationScoped
class BuildInfoMetric {

    private static final Logger LOG = LoggerFactory.getLogger(BuildInfoMetric.class);
    private static final String UNKNOWN = "unknown";

    @Inject
    private ReplicaMetrics metrics;

    void show(@Observes Startup startup) {
        metrics.build(
                BuildInfo.THIS.version(), BuildInfo.THIS.commit(), Runtime.version().toString(), liberty());
    }

    private static String liberty() {
        try {
            return String.valueOf(ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("WebSphere:feature=kernel,name=ServerInfo"), "LibertyVersion"));
        } catch (JMException e) {
            LOG.atDebug().setCause(e).log("The server does not say its version");
            return UNKNOWN;
        }
    }
}
