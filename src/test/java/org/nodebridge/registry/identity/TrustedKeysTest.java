// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.value.PemFile;

class TrustedKeysTest {

    private final Signer before = Signer.named("before");
    private final Signer after = Signer.named("after");

    @TempDir
    Path files;

    private Path file;

    @BeforeEach
    void writeKeys() throws IOException {
        file = files.resolve("keys.json");
        write(Signer.keySet(before.inKeySet("team")), 0);
    }

    @Test
    void readsAChangedFileAgain() throws IOException {
        TrustedKeys keys = keys();
        assertThat(keys.current().ownerOf(after.key().getPublicKey())).isEmpty();

        write(Signer.keySet(before.inKeySet("team"), after.inKeySet("team")), 1);

        assertThat(keys.current().ownerOf(before.key().getPublicKey())).contains("team");
        assertThat(keys.current().ownerOf(after.key().getPublicKey())).contains("team");
    }

    @Test
    void keepsTheLastKeysWhileThereAreNoneAndTakesTheNext() throws IOException {
        TrustedKeys keys = keys();

        write("{\"keys\": [", 1);
        assertThat(keys.current().ownerOf(before.key().getPublicKey())).contains("team");
        Files.delete(file);
        assertThat(keys.current().ownerOf(before.key().getPublicKey())).contains("team");
        write(Signer.keySet(after.inKeySet("team")), 2);

        assertThat(keys.current().ownerOf(before.key().getPublicKey())).isEmpty();
    }

    @Test
    void refusesToStartWithoutKeys() throws IOException {
        write("{\"keys\": 7}", 1);

        assertThatThrownBy(this::keys)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("registry.identity.keys-file");
    }

    private TrustedKeys keys() {
        return new TrustedKeys(new PemFile("registry.identity.keys-file", file.toString()), 0);
    }

    /** @param minute a time of its own, which every file system can distinguish */
    private void write(String text, int minute) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-01T12:00:00Z").plusSeconds(60L * minute)));
    }
}
