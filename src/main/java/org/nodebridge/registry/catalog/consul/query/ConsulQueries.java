// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.query;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.FailoverQueries;
import org.nodebridge.registry.catalog.FailoverQuery;
import org.nodebridge.registry.catalog.FailoverQuery.Change;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.RegistrySettings;

/** Keeps the template in Consul, whichever mode registrations go by. */
@ApplicationScoped
public class ConsulQueries implements FailoverQueries {

    private static final String QUERIES = "/v1/query";
    private static final int LONGEST_ANSWER = 1 << 10;

    private final ConsulSettings settings;
    private final String registryId;

    /** {@code null} until needed: most have neither the setting nor anything to remove for long. */
    private ConsulHttp consul;

    /** For the proxy only. */
    ConsulQueries() {
        settings = null;
        registryId = null;
    }

    @Inject
    public ConsulQueries(RegistrySettings settings) {
        this(settings.consul(), settings.registryId());
    }

    ConsulQueries(ConsulSettings settings, String registryId) {
        this.settings = settings;
        this.registryId = registryId;
    }

    @Override
    public FailoverQuery keep(List<String> datacenters) {
        open();
        QueryTemplate wanted = new QueryTemplate(settings.servicePrefix(), registryId, datacenters);
        List<JsonNode> queries = queries(wanted);
        Change left = removeOthers(wanted, queries);
        if (datacenters.isEmpty()) {
            return new FailoverQuery(left, "");
        }
        Optional<JsonNode> there = queries.stream().filter(wanted::isNamedBy).findFirst();
        if (there.isEmpty()) {
            return install(wanted);
        }
        if (wanted.meansTheSameAs(there.get())) {
            return new FailoverQuery(Change.NONE, unknown(datacenters));
        }
        if (!wanted.isOurs(there.get())) {
            return new FailoverQuery(Change.NONE, "Consul has another prepared query named " + wanted.name()
                    + ", which is not ours and is left as it is: " + id(there.get()));
        }
        change(wanted, () -> consul.put(QUERIES + "/" + id(there.get()), wanted.body(), LONGEST_ANSWER));
        return new FailoverQuery(Change.REPAIRED, unknown(datacenters));
    }

    private synchronized void open() {
        try {
            consul = consul == null ? new ConsulHttp(settings) : consul;
        } catch (IllegalArgumentException e) {
            throw new CatalogRefusedException(e.getMessage()); // a setting; writes say so, too
        }
    }

    /** Those that are ours, and the one that has our name. */
    private List<JsonNode> queries(QueryTemplate wanted) {
        return StreamSupport.stream(consul.get(QUERIES + "?consistent").spliterator(), false)
                .filter(query -> wanted.isOurs(query) || wanted.isNamedBy(query))
                .toList();
    }

    /** What this registry installed when it had other settings. */
    private Change removeOthers(QueryTemplate wanted, List<JsonNode> queries) {
        Change change = Change.NONE;
        for (JsonNode query : queries) {
            boolean stays = !wanted.datacenters().isEmpty() && wanted.isNamedBy(query);
            if (wanted.isOurs(query) && !stays) {
                change(wanted, () -> consul.delete(QUERIES + "/" + id(query), LONGEST_ANSWER));
                change = Change.REMOVED;
            }
        }
        return change;
    }

    private FailoverQuery install(QueryTemplate wanted) {
        Change change = Change.INSTALLED;
        try {
            change(wanted, () -> consul.post(QUERIES, wanted.body(), LONGEST_ANSWER));
        } catch (CatalogUnavailableException e) {
            // another replica may have been first, which Consul answers by 500, or it took effect all the same
            if (queries(wanted).stream().noneMatch(wanted::meansTheSameAs)) {
                throw e;
            }
            change = Change.NONE;
        }
        return new FailoverQuery(change, unknown(wanted.datacenters()));
    }

    private interface Request {

        Answer send();
    }

    private static void change(QueryTemplate wanted, Request request) {
        Answer answer = request.send();
        if (answer.status() != 200) {
            throw ConsulRefusal.of(
                    answer, "the prepared query " + wanted.name() + " cannot be written",
                    "query:write on " + wanted.name());
        }
    }

    /** Consul passes over a datacenter that it does not know, and that would show only on the day it is needed. */
    private String unknown(List<String> datacenters) {
        List<String> unknown = new ArrayList<>(datacenters);
        consul.get("/v1/catalog/datacenters").forEach(known -> unknown.removeIf(
                name -> name.equals(known.asText().toLowerCase(Locale.ROOT))));
        return unknown.isEmpty() ? "" : "Consul knows no datacenter " + String.join(", ", unknown);
    }

    private static String id(JsonNode query) {
        return query.path("ID").asText();
    }

    @PreDestroy
    synchronized void close() {
        if (consul != null) {
            consul.close();
        }
    }
}
