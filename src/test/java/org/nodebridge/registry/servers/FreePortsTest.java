// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void givesSeveralPortsThatDifferAndCanBeListenedOn() {
        List<Integer> ports = FreePorts.several(20);

        assertThat(ports).hasSize(20).doesNotHaveDuplicates().allMatch(FreePorts::isFree);
    }

    @Test
    void givesTheWantedPortOnceAndAnotherOneAfterThat() {
        int wanted = unlistened();

        assertThat(FreePorts.preferring(wanted)).isEqualTo(wanted);
        assertThat(FreePorts.preferring(wanted)).isNotEqualTo(wanted);
    }

    @Test
    void givesAnotherPortWhereSomebodyListens() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));

            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
            assertThat(FreePorts.preferring(taken.getLocalPort())).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void seesAServerThatListensOnAllAddresses() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
        }
    }

    @Test
    void staysBelowThePortsThatLinuxGivesToClientsByDefault() {
        assertThat(FreePorts.several(50)).allMatch(port -> port < 32_768);
    }

    private static int unlistened() {
        // one that this class has not given out: from above its range
        for (int port = 47_000; port < 48_000; port++) {
            if (FreePorts.isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port");
    }
}
