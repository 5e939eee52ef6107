// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.JavaHomes;

/** The threads of a registry's JVM, virtual ones too, as the JDK's {@code jcmd} writes them since JDK 21. */
final class ThreadDump {

    private ThreadDump() {}

    /**
     * Those that are in such a method now: of each, a line with its name and nature, and its frames.
     *
     * @param method with its class, such as {@code ConcurrentProbes.work}
     */
    static List<String> in(String method, Registry registry) throws IOException, InterruptedException {
        Path directory = registry.liberty().directory();
        Path dump = directory.resolve("threads.txt");
        Process jcmd = new ProcessBuilder(
                JavaHomes.current().resolve("bin").resolve("jcmd").toString(),
                Files.readString(directory.resolve("liberty.pid")), "Thread.dump_to_file", "-overwrite",
                dump.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(said);
        }
        return Stream.of(Files.readString(dump).split("\n\n"))
                .filter(thread -> thread.contains("." + method + "("))
                .toList();
    }
}
