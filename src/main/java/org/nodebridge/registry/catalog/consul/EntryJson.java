// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.WireJson;

/** Our entries in catalog mode as Consul takes them, in a transaction or by themselves. */
record EntryJson(ConsulSettings settings, OwnerMark owner, CheckAddresses addresses) {

    /** No agent runs on this Consul node, and what stands under it is no agent's. */
    static final String ADDRESS = "127.0.0.1";

    static ObjectNode nodeMeta() {
        return WireJson.PLAIN.createObjectNode().put("external-node", "true").put("external-probe", "false");
    }

    /** Of a proxy only by itself: a transaction would drop what makes it one. */
    static ObjectNode service(ServiceEntry entry) {
        ObjectNode service = WireJson.PLAIN.createObjectNode()
                .put("ID", entry.id())
                .put("Service", entry.name())
                .put("Address", entry.address())
                .put("Port", entry.port());
        ArrayNode tags = service.putArray("Tags");
        entry.tags().forEach(tags::add);
        ObjectNode meta = service.putObject("Meta");
        entry.meta().forEach(meta::put);
        service.putObject("Weights")
                .put("Passing", entry.weights().passing())
                .put("Warning", entry.weights().warning());
        if (entry.proxied() != null) {
            service.put("Kind", "connect-proxy").putObject("Proxy")
                    .put("DestinationServiceName", entry.proxied().serviceName())
                    .put("DestinationServiceID", entry.proxied().serviceId());
        }
        return service;
    }

    /** @param node the entry of the node itself: what the check says is said of the node, also by that of its proxy */
    ObjectNode check(CatalogChange.Register change, ServiceEntry node, ServiceEntry entry) {
        // Consul looks for service:write on the service's name as given here, not as registered
        ObjectNode check = WireJson.PLAIN.createObjectNode()
                .put("Node", settings.nodeName())
                .put("CheckID", ServiceDefinition.checkId(entry.id()))
                .put("Name", "Node health")
                .put("Status", node.check(change.check()).wireName())
                .put("Notes", "Set by registry " + owner.registryId() + " from the node's lease and what it reports")
                .put("Output", ServiceDefinition.checkOutput(node, change, owner.registryId()))
                .put("ServiceID", entry.id())
                .put("ServiceName", entry.name());
        if (addresses.allow(entry.healthUrl())) {
            // consul-esm probes it regardless of external-probe
            check.putObject("Definition")
                    .put("HTTP", entry.healthUrl())
                    .put("Interval", settings.checkInterval().toMillis() + "ms")
                    .put("Timeout", settings.requestTimeout().toMillis() + "ms");
        }
        return check;
    }
}
