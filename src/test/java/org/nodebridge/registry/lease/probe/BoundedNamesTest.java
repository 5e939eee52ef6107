// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.lease.probe.BoundedNames.NotLookedUpException;

class BoundedNamesTest {

    private final List<Runnable> lookups = new CopyOnWriteArrayList<>();
    private boolean noThreads;

    private final BoundedNames names = new BoundedNames(host -> {
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }, lookup -> {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return new Thread(() -> lookups.add(lookup));
    }, 2, Duration.ofMinutes(5));

    @Test
    void looksNoMoreNamesUpAtOnceThanItMay() {
        names.begin("a.example");
        CompletableFuture<InetAddress[]> unknown = names.begin("unknown.example");
        assertThat(names.begin("unknown.example")).as("the same lookup").isSameAs(unknown);
        assertThatThrownBy(() -> names.begin("c.example")).isInstanceOf(NotLookedUpException.class);

        await().until(() -> lookups.size() == 2);
        lookups.forEach(Runnable::run);

        assertThat(unknown).isCompletedExceptionally();
        names.begin("c.example");
        names.begin("d.example");
        assertThatThrownBy(() -> names.begin("e.example")).isInstanceOf(NotLookedUpException.class);
    }

    @Test
    void givesThePlaceBackWhenThereIsNoThread() {
        noThreads = true;
        for (int times = 0; times < 3; times++) {
            assertThatThrownBy(() -> names.begin("a.example")).isInstanceOf(OutOfMemoryError.class);
        }
        noThreads = false;

        names.begin("a.example");
        names.begin("b.example");
    }
}
