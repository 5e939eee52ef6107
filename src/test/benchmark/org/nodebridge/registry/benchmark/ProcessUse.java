// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time and memory of the load generator and of every server under a directory, from {@code /proc}. */
final class ProcessUse {

    /** Ticks a second of the times in {@code /proc}; 100 wherever Linux shows them to programs. */
    private static final double TICKS = 100;

    /**
     * What one process, with its children, has used in a row.
     *
     * @param memoryMb what it holds at the end, with its share of what is shared
     */
    record Use(String process, double cpuSeconds, double memoryMb) {}

    private final Path directory;
    private final Map<String, Long> before;

    private ProcessUse(Path directory) {
        this.directory = directory;
        this.before = ticks();
    }

    /** Begins to count. */
    static ProcessUse of(Path serversDirectory) {
        return new ProcessUse(serversDirectory);
    }

    /** What was used since; a server that has ended is left out, and one that is new counts from its start. */
    List<Use> since() {
        List<Use> uses = new ArrayList<>();
        Map<String, ProcessHandle> processes = processes();
        ticks().forEach((name, ticks) -> uses.add(new Use(
                name.substring(0, name.indexOf('#')),
                Math.max(0, ticks - before.getOrDefault(name, 0L)) / TICKS,
                memoryMb(processes.get(name)))));
        return uses;
    }

    private Map<String, Long> ticks() {
        Map<String, Long> ticks = new LinkedHashMap<>();
        processes().forEach((name, process) -> ticks.put(name, tree(process).mapToLong(ProcessUse::ticks).sum()));
        return ticks;
    }

    /** By name and pid, so that a server that was started again is another one. */
    private Map<String, ProcessHandle> processes() {
        Map<String, ProcessHandle> processes = new LinkedHashMap<>();
        ProcessHandle self = ProcessHandle.current();
        processes.put("load generator#" + self.pid(), self);
        try (Stream<Path> servers = Files.list(directory)) {
            for (Path server : servers.filter(Files::isDirectory).sorted().toList()) {
                try (Stream<Path> files = Files.list(server)) {
                    for (Path file : files.filter(name -> name.toString().endsWith(".pid")).toList()) {
                        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                                .ifPresent(
                                        process -> processes.put(server.getFileName() + "#" + process.pid(), process));
                    }
                }
            }
        } catch (IOException e) {
            // then there are no servers, or one has just ended
        }
        return processes;
    }

    private static Stream<ProcessHandle> tree(ProcessHandle root) {
        // our own children are the servers, which count by themselves
        return root.equals(ProcessHandle.current())
                ? Stream.of(root)
                : Stream.concat(Stream.of(root), root.descendants());
    }

    private static long ticks(ProcessHandle process) {
        boolean self = process.equals(ProcessHandle.current());
        return parseTicks(read(process, "stat"), !self);
    }

    /** User and system time of a line of {@code /proc/<pid>/stat}, with that of children that have ended. */
    static long parseTicks(String stat, boolean withChildren) {
        // the name before it may have any character in it, a closing bracket too
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length < 15) {
            return 0;
        }
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return withChildren ? ticks + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : ticks;
    }

    private static double memoryMb(ProcessHandle root) {
        return tree(root).mapToLong(ProcessUse::memoryKb).sum() / 1024.0;
    }

    private static long memoryKb(ProcessHandle process) {
        long shared = parseKb(read(process, "smaps_rollup"), "Pss:");
        return shared > 0 ? shared : parseKb(read(process, "status"), "VmRSS:");
    }

    static long parseKb(String text, String field) {
        return text.lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            return "";
        }
    }
}
