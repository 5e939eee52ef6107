// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.metrics.ReplicaMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every component how it is, every two seconds, each on its own, and keeps the answers. */
@ApplicationScoped
public class ComponentMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(ComponentMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** One that does not answer at once may only be slow, as this server may be, while both start. */
    private static final int FAILURES_OF_FIRST_CONTACT = 3;

    private static final List<String> ORDER = List.of("kafka", "consul", "postgres");

    @Inject
    @Any
    private Instance<ComponentProbe> probes;

    @Inject
    private RecurringTasks tasks;

    @Inject
    ComponentDefects defects;

    @Inject
    private ReplicaMetrics metrics;

    @Resource
    private ManagedExecutorService executor;

    private final Map<String, ComponentHealth> latest = new ConcurrentHashMap<>();
    private final Map<String, Integer> failuresOfFirstContact = new ConcurrentHashMap<>();
    private final Map<String, Future<?>> running = new ConcurrentHashMap<>();

    void start(@Observes Startup startup) {
        for (String component : ORDER) {
            metrics.componentUp(component, () -> health(component).state() != State.UNHEALTHY);
        }
        tasks.start("health_probes", INTERVAL, () -> true, this::probeAll);
    }

    /** How the component was when it was last asked. */
    public ComponentHealth health(String component) {
        return latest.getOrDefault(component, ComponentHealth.notAsked());
    }

    /**
     * Whether a component answers, without a recent defect; one that is degraded for another reason, or of which a
     * defect concerns some rows only, does.
     */
    public boolean doesItsWork(String component) {
        return health(component).state() != State.UNHEALTHY && defects.recentOfAll(component).isEmpty();
    }

    /**
     * Whether work may wait for a component, so that to wait is no standstill: it does not answer, or it had a defect
     * or trouble lately, if only with some rows.
     */
    public boolean mayHoldUp(String component) {
        return health(component).state() == State.UNHEALTHY || defects.recent(component).isPresent();
    }

    /** The components in the order to show them. */
    public List<String> components() {
        return ORDER;
    }

    private void probeAll() {
        for (ComponentProbe probe : probes) {
            // a probe that hangs delays neither the others nor itself twice
            running.compute(probe.component(),
                    (name, previous) -> previous == null || previous.isDone() ? submit(name, probe) : previous);
        }
    }

    private Future<?> submit(String name, ComponentProbe probe) {
        try {
            return executor.submit(() -> probe(name, probe));
        } catch (RejectedExecutionException e) {
            return null; // the server stops, and its executors do so before its applications
        }
    }

    /** What answers, but cannot do what the registry needs, is not healthy. */
    private ComponentHealth defective(String name, ComponentHealth health) {
        return defects.recent(name).map(health::degraded).orElse(health);
    }

    /** Whether the first contact has not ended yet. */
    private boolean stillTrying(String name, ComponentHealth health) {
        return !health.asked()
                || health.state() == State.UNHEALTHY
                        && failuresOfFirstContact.merge(name, 1, Integer::sum) < FAILURES_OF_FIRST_CONTACT;
    }

    void probe(String name, ComponentProbe probe) {
        ComponentHealth health;
        try {
            health = defective(name, probe.probe());
        } catch (RuntimeException | Error e) {
            health = ComponentHealth.unhealthy(e.toString());
        }
        ComponentHealth before = health(name);
        if (!before.asked() && stillTrying(name, health)) {
            latest.put(name, ComponentHealth.notAsked().with("last_try", health.asked() ? health.message() : null));
            return;
        }
        latest.put(name, health);
        if (before.asked() ? before.state() != health.state() : health.state() != State.HEALTHY) {
            LOG.atWarn().addKeyValue("component", name).addKeyValue("state", health.state().wireName())
                    .addKeyValue("reason", health.message()).log("A component's health has changed");
        }
    }
}
