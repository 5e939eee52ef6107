// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {

    @TempDir
    Path directory;

    @Test
    void drawsWhatThereIs() throws IOException {
        Report report = new Report();
        report.throughput(1_000, 3_000);
        report.throughput(100_000, 2_800);
        report.stage("batch_duration", 12.5);

        Charts.draw(report, directory);

        assertThat(directory.resolve("throughput.svg")).content().contains("<svg").doesNotContain("NaN");
        assertThat(directory.resolve("stages.svg")).content().contains("<svg").doesNotContainPattern("\\.\\d{3}");
        assertThat(directory.resolve("latency.svg")).doesNotExist();
    }

    @Test
    void drawsLatenciesOfWhichOneIsEmpty() throws IOException {
        Report report = new Report();
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1_000; i++) {
            latencies.record(TimeUnit.MICROSECONDS.toNanos(i * 10L));
        }
        report.latency("HTTP", latencies);
        report.latency("nothing", new Latencies());

        Charts.draw(report, directory);

        assertThat(Files.readString(directory.resolve("latency.svg"))).contains("<svg").doesNotContain("NaN");
    }
}
