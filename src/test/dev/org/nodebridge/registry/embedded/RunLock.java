// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second run away from the directory of a first one. The system frees it however a run ends. */
public final class RunLock {

    // a lock that nobody holds on to is freed when its channel is collected as garbage
    private final FileLock lock;

    /** Tries to take the lock of the directory; keep this object for as long as the run lasts. */
    public RunLock(Path directory) {
        try {
            Files.createDirectories(directory);
            lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .tryLock();
        } catch (IOException e) {
            throw new UncheckedIOException("no lock in " + directory, e);
        }
    }

    /** Whether the directory is ours. */
    public boolean isHeld() {
        return lock != null && lock.isValid();
    }
}
