// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Follows the few instances of one service by blocking queries, which answer as soon as one changes. */
final class ConsulWatch implements Callable<Void> {

    private final ConsulCalls consul;
    private final String path;
    private final List<Sightings> nodes;

    ConsulWatch(String url, String nodeType, List<Sightings> nodes) {
        this.consul = new ConsulCalls(url);
        this.path = "/v1/catalog/service/onex-" + nodeType;
        this.nodes = nodes;
    }

    @Override
    public Void call() throws IOException {
        long index = 0;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                ConsulCalls.Changed changed = consul.changed(path, index);
                long now = System.nanoTime();
                // an index that goes back means that Consul has begun again
                index = changed.index() < index ? 0 : changed.index();
                for (JsonNode instance : changed.body()) {
                    int node = (int) NodeText.number(instance.path("ServiceID").asText());
                    nodes.get(node).see(NodeText.change(instance.path("ServiceMeta").path("version").asText()), now);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }
}
