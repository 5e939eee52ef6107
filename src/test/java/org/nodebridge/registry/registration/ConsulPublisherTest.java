// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentDefects;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.CatalogQueue.Entry;

class ConsulPublisherTest {

    private final List<String> counted = new CopyOnWriteArrayList<>();
    private final Map<String, Long> confirmed = new ConcurrentHashMap<>();
    private final RegistryMetrics metrics = new RegistryMetrics(null) {
        @Override
        public void componentDefects(String component, long calls) {
            counted.add(component);
        }

        @Override
        public void consulWrites(long applied, long refused, long unavailable) {
            // nobody looks
        }
    };
    private final ComponentDefects defects = new ComponentDefects(metrics);
    private final PendingWrites pending = new PendingWrites() {
        @Override
        public void confirm(Map<String, Long> revisions) {
            confirmed.putAll(revisions);
        }

        @Override
        public void refuse(Map<String, String> reasons, Map<String, Long> revisions) {
            assertThat(reasons).isEmpty();
        }
    };
    private volatile Function<List<CatalogChange>, CatalogOutcome> consul;
    private final ConsulPublisher publisher = new ConsulPublisher(
            RegistrySettings.read(key -> Optional.empty()), catalog(), pending, null, metrics, defects);

    @BeforeEach
    void open() {
        publisher.open(Executors.defaultThreadFactory());
    }

    @AfterEach
    void close() {
        publisher.close();
    }

    @Test
    void reportsAnExceptionOfOurOwnAsADefectAndWritesOn() throws Exception {
        Map<Class<?>, Function<List<CatalogChange>, CatalogOutcome>> ours = Map.of(
                IllegalStateException.class, changes -> {
                    throw new IllegalStateException("ours");
                },
                StackOverflowError.class, changes -> {
                    throw new StackOverflowError();
                });
        for (Class<?> own : ours.keySet()) {
            consul = ours.get(own);

            CatalogOutcome outcome = written("a", 1);

            assertThat(outcome.unavailable()).containsExactly("a");
            assertThat(outcome.reasonFor("a")).contains(own.getSimpleName());
            assertThat(defects.recent("consul")).get().asString().contains("a defect: ", own.getName());
        }
        assertThat(counted).containsExactly("consul", "consul");
        assertThat(confirmed).isEmpty();

        consul = changes -> new CatalogOutcome(
                changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet()), Map.of(), Set.of(), null);

        assertThat(written("a", 2).applied()).containsExactly("a");
        assertThat(confirmed).containsExactly(Map.entry("a", 2L));
        await().until(publisher::idle);
    }

    private CatalogOutcome written(String nodeId, long revision) throws Exception {
        return publisher.put(List.of(new Entry(new CatalogChange.Deregister(nodeId), revision)))
                .toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @SuppressWarnings("unchecked") // as write declares it
    private ServiceCatalog catalog() {
        return (ServiceCatalog) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceCatalog.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "transactionSize" -> 10;
                    case "transactionsAtOnce" -> 1;
                    case "write" -> consul.apply(new ArrayList<>((List<CatalogChange>) arguments[0]));
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
