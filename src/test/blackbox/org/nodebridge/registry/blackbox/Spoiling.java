// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A disk that gives back something else than it was given. */
final class Spoiling {

    private Spoiling() {}

    /** Changes the last byte of the last record of a partition, whose broker is down. */
    static void lastByteOf(Path partition) throws IOException {
        try (Stream<Path> files = Files.list(partition);
                RandomAccessFile segment = new RandomAccessFile(
                        files.filter(file -> file.toString().endsWith(".log"))
                                .max(Comparator.naturalOrder())
                                .orElseThrow()
                                .toFile(),
                        "rw")) {
            segment.seek(segment.length() - 1);
            int last = segment.read();
            segment.seek(segment.length() - 1);
            segment.write(last ^ 0xff);
        }
    }
}
