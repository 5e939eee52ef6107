package org.nodebridge.registry.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.ConsulHttp.Answer;
import org.nodebridge.registry.config.ConsulSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalog lane: entries under an external Consul node, many to one {@code /v1/txn}. */
final class TransactionLane implements CatalogLane {

    private static final Logger log = LoggerFactory.getLogger(TransactionLane.class);

    private final ConsulSettings settings;
    private final String registryId;
    private final ConsulHttp consul;

    /** {@code null} until asked, and again after an outage: Consul may come back as another version. */
    private volatile ConsulVersion version;

    TransactionLane(ConsulSettings settings, String registryId) {
        this.settings = settings;
        this.registryId = registryId;
        this.consul = new ConsulHttp(settings);
    }

    @Override
    public int transactionSize() {
        ConsulVersion known = version;
        return Transaction.capacity((known == null ? ConsulVersion.OLDEST : known).mostOperations());
    }

    @Override
    public int transactionsAtOnce() {
        return settings.transactions();
    }

    @Override
    public void apply(List<CatalogChange> changes) {
        try {
            if (version == null) {
                version = askVersion();
            }
            send(changes);
        } catch (CatalogUnavailableException e) {
            version = null;
            throw e;
        }
    }

    private void send(List<CatalogChange> changes) {
        Transaction transaction = transaction(changes);
        Answer answer = consul.put("/v1/txn", transaction.json());
        switch (answer.status()) {
            case 200 -> {}
            case 409 -> throw transaction.refusal(answer.body());
            default -> throw ConsulRefusal.of(answer, changes);
        }
    }

    private Transaction transaction(List<CatalogChange> changes) {
        Transaction transaction = new Transaction(settings, registryId);
        for (CatalogChange change : changes) {
            try {
                transaction.append(change);
            } catch (RuntimeException e) {
                throw CatalogRefusedException.ofAll("cannot be written as JSON: " + e, List.of(change.nodeId()));
            }
        }
        return transaction;
    }

    /** A token that may not read the agent is no reason to stop: the oldest version's limit suits all. */
    private ConsulVersion askVersion() {
        try {
            return ConsulVersion.parse(
                    consul.get("/v1/agent/self").path("Config").path("Version").asText());
        } catch (CatalogRefusedException e) {
            log.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("Consul does not tell its version; transactions stay at the size of the oldest");
            return ConsulVersion.OLDEST;
        }
    }

    @Override
    public String leader() {
        return consul.get("/v1/status/leader").asText();
    }

    /**
     * Consul hides what the token may not read, and calls it nothing. A token that may write here may also read.
     */
    @Override
    public Map<String, CatalogInstance> instances() {
        JsonNode services = consul.get("/v1/catalog/node/" + settings.nodeName()).path("Services");
        Map<String, CheckStatus> statuses = new HashMap<>();
        for (JsonNode check : consul.get("/v1/health/node/" + settings.nodeName())) {
            String nodeId = check.path("ServiceID").asText();
            if (check.path("CheckID").asText().equals(ServiceEntry.checkId(nodeId))) {
                CheckStatus.ofWireName(check.path("Status").asText())
                        .ifPresent(status -> statuses.put(nodeId, status));
            }
        }
        Map<String, CatalogInstance> instances = new HashMap<>();
        for (JsonNode service : services) {
            Map<String, String> meta = texts(service.path("Meta"));
            if (registryId.equals(meta.get(ServiceMeta.REGISTRY_ID))) {
                String nodeId = service.path("ID").asText();
                instances.put(nodeId, instance(nodeId, service, meta, statuses.get(nodeId)));
            }
        }
        return instances;
    }

    private static CatalogInstance instance(
            String nodeId, JsonNode service, Map<String, String> meta, CheckStatus status) {
        List<String> tags = new ArrayList<>();
        service.path("Tags").forEach(tag -> tags.add(tag.asText()));
        return new CatalogInstance(
                nodeId,
                service.path("Service").asText(),
                tags,
                meta,
                service.path("Address").asText(),
                service.path("Port").asInt(),
                status);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    @Override
    public void close() {
        // the JDK's client lets go by itself when it is no longer reachable
    }
}
