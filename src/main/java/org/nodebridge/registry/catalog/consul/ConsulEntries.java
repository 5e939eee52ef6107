// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Storable;

/**
 * Reads our entries from Consul's catalog in a few bulk reads, as Consul's leader has them when
 * most servers agree that it leads. Consul hides what the token
 * may not read, and calls it nothing; a token that may write somewhere may also read there.
 */
final class ConsulEntries {

    /** Further ones are found once these have been removed. */
    static final int MOST_STRAYS = 10_000;

    private final ConsulHttp consul;
    private final ConsulSettings settings;
    private final OwnerMark owner;

    ConsulEntries(ConsulHttp consul, ConsulSettings settings, OwnerMark owner) {
        this.consul = consul;
        this.settings = settings;
        this.owner = owner;
    }

    /** Entry by entry: all of them at once would be some kilobytes for each node. */
    CatalogInstances underOurNode(Predicate<CatalogInstance> expected) {
        Map<String, StandingCheck> checks = new HashMap<>();
        consul.each("/v1/health/node/" + settings.nodeName() + "?consistent", null, check -> note(check, checks));
        CatalogInstances.Collected collected = new CatalogInstances.Collected(expected);
        // not /v1/catalog/node: Consul 1.8 takes the service's id for its name there when it looks for permissions
        consul.each("/v1/catalog/node-services/" + settings.nodeName() + "?consistent", "Services", service -> {
            CatalogInstance instance = instance(settings.nodeName(), service, checks);
            note(instance, owner, collected);
        });
        return collected.instances();
    }

    /**
     * Of our services, what stands under other Consul nodes, entry by entry and the first ten thousand of it. The
     * mark and our node's name need no escape.
     */
    List<CatalogInstance> underOtherNodes() {
        String filter = "Service.Meta[\"" + OwnerMark.REGISTRY_ID + "\"] == \"" + owner.registryId()
                + "\" and Node.Node != \"" + settings.nodeName() + "\"";
        List<CatalogInstance> instances = new ArrayList<>();
        for (String service : services()) {
            String path = "/v1/health/service/" + service + "?filter=" + encoded(filter) + "&consistent";
            consul.each(path, null, entry -> {
                CatalogInstance instance = instance(
                        entry.at("/Node/Node").asText(), entry.path("Service"), checks(entry.path("Checks")));
                // checked again here, because an older Consul ignores a filter that it does not know, and these may be
                // removed
                if (isOurs(instance) && !instance.consulNode().equals(settings.nodeName())
                        && instances.size() < MOST_STRAYS) {
                    instances.add(instance);
                }
            });
        }
        return instances;
    }

    /** Whether an entry of our services, under whichever Consul node, has the installation's mark or none. */
    boolean mayBeOf(String installation) {
        String ours = "Service.Meta[\"" + OwnerMark.REGISTRY_ID + "\"] == \"" + owner.registryId() + "\"";
        AtomicBoolean found = new AtomicBoolean();
        for (String service : services()) {
            String path = "/v1/health/service/" + service + "?filter=" + encoded(ours) + "&consistent";
            consul.each(path, null, entry -> {
                JsonNode meta = entry.at("/Service/Meta");
                String mark = meta.path(CatalogInstance.INSTALLATION).asText();
                if (meta.path(OwnerMark.REGISTRY_ID).asText().equals(owner.registryId())
                        && (mark.isEmpty() || mark.equals(installation))) {
                    found.set(true);
                }
            });
        }
        return found.get();
    }

    /** Why nodes are cordoned, by node id, as checks of our registry id say under our Consul node. */
    Map<String, String> cordons(int most) {
        Cordons cordons = new Cordons(owner.registryId(), most);
        String path = "/v1/health/node/" + settings.nodeName() + "?filter=" + cordons.filter() + "&consistent";
        consul.each(path, null, check -> {
            if (check.at("/Definition/HTTP").asText().isEmpty()) { // else the output is what a probe found
                cordons.note(check);
            }
        });
        return cordons.reasons();
    }

    /** The names of our services, those of sidecar proxies among them: Connect may have been on. */
    private List<String> services() {
        return Arrays.stream(NodeType.values())
                .map(type -> settings.servicePrefix() + type.wireName())
                .flatMap(name -> Stream.of(name, ServiceId.sidecarName(name)))
                .toList();
    }

    /** Whether any sidecar proxy of our services exists, regardless of its owner. One read, however much Consul has. */
    boolean haveSidecars() {
        JsonNode names = consul.get("/v1/catalog/services?node-meta=external-node:true&consistent");
        return Arrays.stream(NodeType.values())
                .map(type -> ServiceId.sidecarName(settings.servicePrefix() + type.wireName()))
                .anyMatch(names::has);
    }

    private static String encoded(String filter) {
        return URLEncoder.encode(filter, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private boolean isOurs(CatalogInstance instance) {
        return owner.isOurs(instance.meta());
    }

    /** Takes an entry that is ours, or another installation's. */
    static void note(CatalogInstance instance, OwnerMark owner, CatalogInstances.Collected collected) {
        String other = owner.otherInstallation(instance.meta());
        if (other != null) {
            collected.addForeign(instance, other);
        } else if (owner.isOurs(instance.meta())) {
            collected.add(instance);
        }
    }

    static Map<String, StandingCheck> checks(Iterable<JsonNode> found) {
        Map<String, StandingCheck> checks = new HashMap<>();
        found.forEach(check -> note(check, checks));
        return checks;
    }

    private static void note(JsonNode check, Map<String, StandingCheck> checks) {
        String serviceId = check.path("ServiceID").asText();
        if (check.path("CheckID").asText().equals(ServiceDefinition.checkId(serviceId))) {
            boolean probed = !check.at("/Definition/HTTP").asText().isEmpty();
            checks.put(serviceId, StandingCheck.of(check.path("Status").asText(), probed));
        }
    }

    static CatalogInstance instance(String consulNode, JsonNode service, Map<String, StandingCheck> checks) {
        List<String> tags = new ArrayList<>();
        service.path("Tags").forEach(tag -> tags.add(tag.asText()));
        Map<String, String> meta = new HashMap<>();
        service.path("Meta").properties().forEach(field -> meta.put(field.getKey(), field.getValue().asText()));
        String serviceId = service.path("ID").asText();
        StandingCheck check = checks.getOrDefault(serviceId, StandingCheck.MISSING);
        return new CatalogInstance(
                serviceId,
                service.path("Service").asText(),
                tags,
                meta,
                service.path("Address").asText(),
                service.path("Port").asInt(),
                weights(service.path("Weights")),
                proxied(service),
                check.status(),
                check.probed(),
                consulNode,
                service.path("ModifyIndex").asLong());
    }

    /** What makes a proxy of a service to Consul, and what it is the proxy of; {@code null} for any other service. */
    private static ProxyTarget proxied(JsonNode service) {
        JsonNode proxy = service.path("Proxy");
        return service.path("Kind").asText().equals("connect-proxy")
                ? new ProxyTarget(
                        proxy.path("DestinationServiceName").asText(), proxy.path("DestinationServiceID").asText())
                : null;
    }

    private static ServiceWeights weights(JsonNode weights) {
        return new ServiceWeights(
                weights.path("Passing").asInt(ServiceWeights.NONE.passing()),
                weights.path("Warning").asInt(ServiceWeights.NONE.warning()));
    }

    /** The cordons that checks tell of; for the thread that reads them, and then for the one that asked. */
    static final class Cordons {

        /** What the registry writes is no longer; what another program writes is cut. */
        private static final int LONGEST_REASON = 500;

        private final Map<String, String> reasons = new ConcurrentHashMap<>();
        private final String registryId;
        private final int most;

        Cordons(String registryId, int most) {
            this.registryId = registryId;
            this.most = most;
        }

        /** Consul's filter of the checks, as it stands in a URL. A registry id needs no escape. */
        String filter() {
            return encoded("\"" + ServiceDefinition.cordoned(registryId) + "\" in Output");
        }

        /**
         * Takes a check that no probe writes, if it tells of a cordon and is that of a node's own entry. All of it is
         * looked at again here, as an older Consul ignores a filter that it does not know.
         */
        void note(JsonNode check) {
            String serviceId = check.path("ServiceID").asText();
            String reason = ServiceDefinition.cordon(check.path("Output").asText(), registryId);
            if (reason != null && Storable.text(reason) && reasons.size() < most
                    && check.path("CheckID").asText().equals(ServiceDefinition.checkId(serviceId))
                    && !ServiceId.isSidecar(serviceId)) {
                int length = reason.codePointCount(0, reason.length());
                reasons.put(
                        ServiceId.nodeId(serviceId),
                        reason.substring(0, reason.offsetByCodePoints(0, Math.min(length, LONGEST_REASON))));
            }
        }

        Map<String, String> reasons() {
            return Map.copyOf(reasons);
        }
    }

    /**
     * The check of one of our entries as Consul has it.
     *
     * @param status what it says; {@code null} for none of ours
     * @param probed whether it has a URL that Consul, or consul-esm, is to probe
     */
    record StandingCheck(CheckStatus status, boolean probed) {

        static final StandingCheck MISSING = new StandingCheck(null, false);

        static StandingCheck of(String wireName, boolean probed) {
            return new StandingCheck(CheckStatus.ofWireName(wireName).orElse(null), probed);
        }
    }
}
