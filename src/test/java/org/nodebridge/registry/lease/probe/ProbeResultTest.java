// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

class ProbeResultTest {

    @Test
    void keepsItsDetailShort() {
        String host = "a".repeat(300);

        assertThat(new ProbeResult(Outcome.UNREACHABLE, host).detail()).hasSize(200).startsWith("aaa").endsWith("…");
        assertThat(new ProbeResult(Outcome.UNREACHABLE, host.substring(0, 200)).detail()).isEqualTo("a".repeat(200));
    }

    @Test
    void namesOutcomesAsTheWireDoes() {
        assertThat(Outcome.values())
                .extracting(Outcome::wireName)
                .containsExactly(
                        "answered", "busy", "status", "timeout", "unreachable", "refused_address",
                        "redirected", "invalid");
    }
}
