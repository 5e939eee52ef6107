// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The process that a registry is, by which a test sees that it has not been replaced by another.
 *
 * @param started as the operating system has it
 */
record RegistryProcess(long pid, Instant started) {

    static RegistryProcess of(Registry registry) {
        try {
            long pid = Long.parseLong(
                    Files.readString(registry.liberty().directory().resolve("liberty.pid")).strip());
            return new RegistryProcess(
                    pid, ProcessHandle.of(pid).flatMap(process -> process.info().startInstant()).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most memory that it has had in RAM at once, in mebibytes; 0 where the system does not say. */
    long peakResidentMb() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
