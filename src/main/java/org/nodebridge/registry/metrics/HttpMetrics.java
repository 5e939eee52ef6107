// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;
import org.eclipse.microprofile.metrics.annotation.RegistryScope;

/**
 * The meters of requests to the interface. Safe from many threads. Liberty has such a metric of its own, which is off:
 * it is labelled by the {@code Host} header, so that any client could make as many series as it likes.
 */
@ApplicationScoped
public class HttpMetrics {

    static final String REQUESTS = "registry.http.requests";
    private static final String DURATION = "registry.http.request.duration";

    private static final Metadata OF_REQUESTS = Metadata.builder().withName(REQUESTS)
            .withDescription("Requests to the interface, by route and class of status")
            .withUnit(MetricUnits.NONE)
            .build();
    private static final Metadata OF_DURATION = Metadata.builder().withName(DURATION)
            .withDescription("Time from the arrival of a request to the beginning of its answer, by route")
            .withUnit(MetricUnits.SECONDS)
            .build();

    @Inject
    @RegistryScope
    private MetricRegistry registry;

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final LatencyHistogram times = new LatencyHistogram();

    /**
     * One request that is answered.
     *
     * @param method one of a closed set
     * @param route the template of the path, one of a closed set
     * @param status the answer's class, such as {@code 2xx}
     * @param time from its arrival to the beginning of the answer
     */
    public void answered(String method, String route, String status, Duration time) {
        Tag byMethod = new Tag("method", method);
        Tag byRoute = new Tag("route", route);
        String operation = method + ' ' + route;
        counters.computeIfAbsent(operation + ' ' + status,
                key -> registry.counter(OF_REQUESTS, byMethod, byRoute, new Tag("status", status)))
                .inc();
        timers.computeIfAbsent(operation, key -> registry.timer(OF_DURATION, byMethod, byRoute)).update(time);
        times.add(time);
    }

    /**
     * A percentile of the times since the last call, which forgets them; for {@link MeterReadings} alone.
     *
     * @return seconds; NaN where there was no request
     */
    double takeTime(double share) {
        return times.take(share);
    }
}
