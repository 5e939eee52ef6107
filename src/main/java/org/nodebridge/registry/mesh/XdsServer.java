// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.concurrent.DedicatedThreads;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.XdsSettings;
import org.nodebridge.registry.config.value.PemFile;
import org.nodebridge.registry.mesh.MeshProblems.MeshUnavailableException;
import org.nodebridge.registry.mesh.xds.GrpcServer;
import org.nodebridge.registry.mesh.xds.GrpcTls;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.security.SignIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends the server that clients of xDS ask, where {@code registry.xds.port} is set. */
@ApplicationScoped
class XdsServer {

    private static final Logger LOG = LoggerFactory.getLogger(XdsServer.class);
    private static final int SIGN_IN_THREADS = 2;
    private static final int MAX_CLIENTS = 500;
    private static final long ANSWER_SECONDS = 5;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threads;

    @Inject
    private RegistrySettings settings;

    @Inject
    private MeshView view;

    @Inject
    private SignIn signIn;

    @Inject
    private ThisReplica replica;

    @Inject
    private RegistryMetrics metrics;

    private final MeshStats stats = new MeshStats();
    private ExecutorService signIns;
    private GrpcServer server;
    private AdsCalls calls;

    void start(@Observes Startup startup, RecurringTasks tasks) {
        XdsSettings xds = settings.xds();
        if (!xds.isOn()) {
            return;
        }
        signIns = DedicatedThreads.of(threads, SIGN_IN_THREADS);
        calls = new AdsCalls(
                new MeshAccess(
                        xds.insecure(), settings.security().openReads(),
                        (authorization, address) -> signIn.caller(authorization, address), signIns),
                stats, replica.id(), xds.maxStreams(), task -> server.onLoop(task));
        server = new GrpcServer(calls, xds.maxStreams() + 100);
        server.start(xds.host(), xds.port(), tls(xds));
        server.eachSecond(calls::tick);
        view.follow(snapshot -> server.onLoop(() -> calls.update(snapshot)));
        metrics.xdsStreams(calls::count, calls::waiting);
        for (ResourceType type : ResourceType.values()) {
            metrics.xdsNacks(type.wireName(), 0);
        }
        tasks.start("xds_counts", Duration.ofSeconds(1), () -> true, this::takeCounts);
        LOG.atInfo().addKeyValue("host", xds.host()).addKeyValue("port", server.port())
                .addKeyValue("tls", !xds.insecure()).log("Callers can ask by xDS");
    }

    private static GrpcTls tls(XdsSettings xds) {
        if (xds.insecure()) {
            return null;
        }
        return new GrpcTls(
                new PemFile("registry.xds.certificate-file", xds.certificateFile()).bytes(),
                new PemFile("registry.xds.key-file", xds.keyFile()).bytes(),
                xds.clientCaFile().isEmpty()
                        ? null
                        : new PemFile("registry.xds.client-ca-file", xds.clientCaFile()).bytes());
    }

    private void takeCounts() {
        stats.takePushes(metrics::xdsPushes);
        stats.takeNacks(metrics::xdsNacks);
        stats.takeEvents(metrics::xdsStreamEvents);
    }

    List<MeshNack> nacks() {
        return stats.nacks();
    }

    int streams() {
        return calls == null ? 0 : calls.count();
    }

    /** Who has a stream open, the first of them. */
    List<MeshClient> clients() {
        if (server == null) {
            return List.of();
        }
        CompletableFuture<List<MeshClient>> answer = new CompletableFuture<>();
        server.onLoop(() -> answer.complete(calls.clients(MAX_CLIENTS)));
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MeshUnavailableException("the server for xDS does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeshUnavailableException("the registry ends");
        }
    }

    void stop(@Observes @Priority(4) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        if (server != null) {
            server.stop();
            signIns.shutdownNow();
        }
    }
}
