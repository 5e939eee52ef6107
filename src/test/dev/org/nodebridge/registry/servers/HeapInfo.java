// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server's JVM says of its heap, asked by the JDK's {@code jcmd}. */
public record HeapInfo(double usedMb, double committedMb) {

    private static final Pattern PART =
            Pattern.compile("total\\s+(?:reserved \\d+K, committed )?(\\d+)K, used (\\d+)K");

    /** What is left in the heap once the garbage is out of it. */
    public static HeapInfo afterCollection(LibertyServer server) throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readString(server.directory().resolve("liberty.pid")).strip());
        jcmd(pid, "GC.run");
        return parse(jcmd(pid, "GC.heap_info"));
    }

    /**
     * Reads the answer of any collector; a collector with several parts names each by itself.
     *
     * @throws IOException when there is none in it
     */
    public static HeapInfo parse(String text) throws IOException {
        double committed = 0;
        double used = 0;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            committed += Double.parseDouble(part.group(1)) / 1024;
            used += Double.parseDouble(part.group(2)) / 1024;
        }
        if (committed == 0) {
            throw new IOException("jcmd says nothing of the heap: " + text);
        }
        return new HeapInfo(used, committed);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path program = JavaHomes.current().resolve("bin").resolve("jcmd");
        Process process = new ProcessBuilder(program.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd " + command + ": " + text);
        }
        return text;
    }
}
