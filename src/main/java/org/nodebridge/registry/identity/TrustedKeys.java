// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.jose4j.lang.JoseException;
import org.nodebridge.registry.config.value.PemFile;
import org.nodebridge.registry.security.PublicKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in a file, read again soon after the file has changed. While it cannot be read, the last ones count: a file
 * that is being replaced must not make dead letters of what comes meanwhile. Safe for many threads.
 */
final class TrustedKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TrustedKeys.class);
    private static final long BETWEEN_LOOKS = Duration.ofSeconds(5).toNanos();

    private final PemFile file;
    private final long betweenLooks;
    private FileTime changed;
    private volatile PublicKeys keys;
    private volatile long lookedAt;

    /** @throws IllegalArgumentException naming the setting when there are no keys in the file */
    TrustedKeys(PemFile file) {
        this(file, BETWEEN_LOOKS);
    }

    /** @param betweenLooks nanoseconds */
    TrustedKeys(PemFile file, long betweenLooks) {
        this.file = file;
        this.betweenLooks = betweenLooks;
        try {
            read();
        } catch (IOException | GeneralSecurityException | JoseException | RuntimeException e) {
            throw new IllegalArgumentException(
                    file.setting() + " holds no keys that can be used: " + e.getMessage(), e);
        }
    }

    PublicKeys current() {
        if (System.nanoTime() - lookedAt >= betweenLooks) {
            look();
        }
        return keys;
    }

    private synchronized void look() {
        if (System.nanoTime() - lookedAt < betweenLooks) {
            return; // another thread has looked meanwhile
        }
        try {
            if (!Files.getLastModifiedTime(Path.of(file.path())).equals(changed)) {
                read();
                LOG.atInfo().addKeyValue("file", file.path()).log("The keys that vouch for nodes have been read again");
            }
        } catch (IOException | GeneralSecurityException | JoseException | RuntimeException e) {
            LOG.atWarn().addKeyValue("file", file.path()).addKeyValue("reason", String.valueOf(e))
                    .log("The keys that vouch for nodes cannot be read; the last ones still count");
        }
        lookedAt = System.nanoTime();
    }

    private void read() throws IOException, GeneralSecurityException, JoseException {
        FileTime time = Files.getLastModifiedTime(Path.of(file.path()));
        keys = PublicKeys.read(file);
        changed = time;
        lookedAt = System.nanoTime();
    }
}
