// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import org.nodebridge.registry.servers.LibertyServer;

/** From the start command of a built server, whose files the system has in memory, until it says that it is ready. */
final class StartTime implements Row {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LibertyServer replica;

    StartTime(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void measure(Bench bench) {
        bench.progress().accept("stopping the registry and starting it again");
        replica.stop();
        long start = System.nanoTime();
        replica.launchOnly();
        replica.awaitOk("/health/ready", PATIENCE);
        double seconds = (System.nanoTime() - start) / 1e9;
        bench.registry().awaitHealthy(replica);
        bench.report().add(Result.aimedAt(
                "start", "Start to ready, warm, JDK " + Runtime.version().feature(), seconds, "s",
                Target.under(9)));
    }
}
