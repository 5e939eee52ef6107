// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.TimeUnit;

/** Calls nodes of one type, such as {@code xds:///onex-effect}; the channel chooses which, and follows the registry. */
final class MeshCaller implements AutoCloseable {

    private final ManagedChannel nodes;

    MeshCaller(String target) {
        nodes = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    }

    void call() {
        HealthGrpc.newBlockingStub(nodes).withDeadlineAfter(1, TimeUnit.MINUTES)
                .check(HealthCheckRequest.getDefaultInstance());
    }

    @Override
    public void close() {
        nodes.shutdownNow();
    }
}
