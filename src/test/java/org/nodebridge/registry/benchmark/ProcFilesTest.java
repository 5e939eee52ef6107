// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.HeapInfo;

class ProcFilesTest {

    private static final Offset<Double> EXACTLY = within(1e-9);

    @Test
    void readsTheTimesOfAProcessWhoseNameHasBracketsAndBlanks() {
        String stat = "42 (my (odd) name) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 30 20 20 0 12 0 100 1000 10";

        assertThat(ProcessUse.parseTicks(stat, false)).isEqualTo(200);
        assertThat(ProcessUse.parseTicks(stat, true)).isEqualTo(250);
        assertThat(ProcessUse.parseTicks("", true)).isZero();
    }

    @Test
    void readsKilobytesOfOneField() {
        String rollup = "Rss:    2048 kB\nPss:    1024 kB\nPss_Anon:  12 kB\n";

        assertThat(ProcessUse.parseKb(rollup, "Pss:")).isEqualTo(1024);
        assertThat(ProcessUse.parseKb(rollup, "VmRSS:")).isZero();
    }

    @Test
    void countsTheLoadGeneratorItself(@TempDir Path noServers) {
        assertThat(ProcessUse.of(noServers).since()).singleElement().satisfies(use -> {
            assertThat(use.process()).isEqualTo("load generator");
            assertThat(use.memoryMb()).isPositive();
        });
    }

    @Test
    void readsTheHeapOfEachCollector() throws IOException {
        HeapInfo g1 = HeapInfo.parse("""
                12345:
                 garbage-first heap   total 524288K, used 131072K [0x00000000e0000000, 0x0000000100000000)
                  region size 1024K, 2 young (2048K), 1 survivors (1024K)
                 Metaspace       used 82345K, committed 83008K, reserved 1130496K
                """);
        HeapInfo serial = HeapInfo.parse("""
                 def new generation   total 10240K, used 1024K [0x1, 0x2, 0x3)
                 tenured generation   total 20480K, used 2048K [0x1, 0x2, 0x3)
                """);
        HeapInfo newerG1 = HeapInfo.parse(
                " garbage-first heap   total reserved 524288K, committed 262144K, used 131072K [0x1, 0x2)");

        assertThat(g1.usedMb()).isCloseTo(128, EXACTLY);
        assertThat(g1.committedMb()).isCloseTo(512, EXACTLY);
        assertThat(serial.usedMb()).isCloseTo(3, EXACTLY);
        assertThat(serial.committedMb()).isCloseTo(30, EXACTLY);
        assertThat(newerG1.committedMb()).isCloseTo(256, EXACTLY);
        assertThatThrownBy(() -> HeapInfo.parse("no such process")).isInstanceOf(IOException.class);
    }
}
