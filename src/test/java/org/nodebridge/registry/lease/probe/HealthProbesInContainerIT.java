// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

/** Probes on the threads that the server gives. */
@ArquillianTest
class HealthProbesInContainerIT {

    private static final int NODES = 100;

    @Inject
    private HealthProbes probes;

    @Inject
    private MetricRegistry metrics;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.with(
                Map.of("registry.probe.timeout", "PT20S"), HealthProbesInContainerIT.class, NodeServer.class);
    }

    @Test
    void asksManyNodesAndCountsEach() throws Exception {
        try (NodeServer server = NodeServer.answering("200 OK")) {
            Map<String, ProbeResult> results = probes.all(IntStream.range(0, NODES)
                    .boxed()
                    .collect(Collectors.toMap(i -> "node-" + i, i -> server.url("/" + i))));

            assertThat(results).hasSize(NODES);
            assertThat(results.values()).extracting(ProbeResult::outcome).containsOnly(Outcome.ANSWERED);
            assertThat(server.connections()).isEqualTo(NODES);
            assertThat(metrics.getCounter(new MetricID("registry.probes", new Tag("result", "answered")))
                    .getCount()).isEqualTo(NODES);
        }
    }
}
