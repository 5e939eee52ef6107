// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.FailoverQueries;
import org.nodebridge.registry.catalog.FailoverQuery;
import org.nodebridge.registry.catalog.FailoverQuery.Change;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.FeatureHealth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the prepared query that leads callers by Consul to other datacenters, as the leader: replicas with other
 * settings, as while an update is rolled out, would undo each other's. Without the setting it looks once whether there
 * is one of ours to remove.
 */
@ApplicationScoped
class DatacenterFailover implements FeatureHealth {

    private static final Logger LOG = LoggerFactory.getLogger(DatacenterFailover.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private static final String NOT_SEEN = "the prepared query has not been looked at yet";

    /** After so many in vain, one after another, health says why; fewer say nothing of a query that was seen. */
    static final int TRIES = 3;

    private final FailoverQueries queries;
    private final List<String> wanted;
    private final BooleanSupplier leads;

    /** Whether a leader without the setting has nothing more to do. */
    private boolean settled;

    /** How often, one after another, Consul did not answer. */
    private int inVain;

    /** Whether this replica led at the run before. */
    private boolean led;

    private volatile String trouble = "";

    /** For the proxy only. */
    DatacenterFailover() {
        this(null, List.of(), null);
    }

    @Inject
    DatacenterFailover(FailoverQueries queries, ConsulSettings settings, Leadership leadership) {
        this(queries, settings.layout().failoverDatacenters(), () -> leadership.token().isPresent());
    }

    DatacenterFailover(FailoverQueries queries, List<String> wanted, BooleanSupplier leads) {
        this.queries = queries;
        this.wanted = wanted;
        this.leads = leads;
    }

    void start(@Observes Startup startup, RecurringTasks tasks) {
        tasks.start("consul_query", PERIOD, () -> true, this::keep);
    }

    void keep() {
        if (!leads.getAsBoolean()) {
            settled = false;
            led = false;
            inVain = 0;
            trouble = "";
        } else if (!wanted.isEmpty() || !settled) {
            trouble = led ? trouble : NOT_SEEN;
            led = true;
            look();
            settled = true;
        }
    }

    private void look() {
        try {
            FailoverQuery kept = queries.keep(wanted);
            inVain = 0;
            log(kept.change());
            tell(kept.trouble());
        } catch (CatalogRefusedException e) {
            inVain = 0;
            tell(e.getMessage());
        } catch (CatalogUnavailableException e) {
            if (!wanted.isEmpty() && ++inVain >= TRIES) {
                tell(e.getMessage());
            }
            throw e;
        }
    }

    private void log(Change change) {
        switch (change) {
            case INSTALLED -> LOG.atInfo().addKeyValue("datacenters", wanted).log("The prepared query is installed");
            case REPAIRED -> LOG.atWarn().addKeyValue("datacenters", wanted)
                    .log("The prepared query was another than the settings say, and is put right");
            case REMOVED -> LOG.atInfo().log("The prepared query that was installed before is removed");
            case NONE -> {}
        }
    }

    private void tell(String now) {
        if (!now.isEmpty() && !now.equals(trouble)) {
            LOG.atWarn().addKeyValue("datacenters", wanted).addKeyValue("reason", now)
                    .log("Callers by Consul may not be led to other datacenters");
        }
        trouble = now;
    }

    @Override
    public String feature() {
        return "consul_query";
    }

    /** Without the setting no caller is led anywhere: what could not be removed is in the log. */
    @Override
    public ComponentHealth health() {
        ComponentHealth health = ComponentHealth.healthy("callers by Consul are led to other datacenters");
        return wanted.isEmpty() || trouble.isEmpty() ? health : health.degraded(trouble).with("datacenters", wanted);
    }
}
