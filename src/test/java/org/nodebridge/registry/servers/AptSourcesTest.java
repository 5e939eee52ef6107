// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.AptSources.Source;

class AptSourcesTest {

    private static final String DEB822 = """
            # the archive
            Types: deb deb-src
            URIs: http://mirror.example/debian
            # a comment within a stanza
            Suites: bookworm bookworm-updates
            Components: main contrib
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main

            Enabled: no
            Types: deb
            URIs: http://disabled.example/debian
            Suites: bookworm
            Components: main

            Types: deb-src
            URIs: http://sources.example/debian
            Suites: bookworm
            Components: main
            """;

    @TempDir
    Path apt;

    @Test
    void readsStanzasButNotThoseDisabledOrForSources() {
        assertThat(AptSources.deb822(DEB822))
                .extracting(Source::uri)
                .containsExactly("http://mirror.example/debian", "http://mirror.example/debian-security");
        assertThat(AptSources.deb822(DEB822).get(0))
                .isEqualTo(new Source(
                        "http://mirror.example/debian",
                        List.of("bookworm", "bookworm-updates"),
                        List.of("main", "contrib"),
                        "/usr/share/keyrings/debian-archive-keyring.gpg"));
    }

    @Test
    void readsStanzasThatAreContinuedOnTheNextLine() {
        List<Source> sources = AptSources.deb822("""
                Types: deb
                URIs:
                 http://one.example/debian
                 http://two.example/debian
                Suites: trixie
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                """);

        assertThat(sources).extracting(Source::uri)
                .containsExactly("http://one.example/debian", "http://two.example/debian");
        assertThat(sources).extracting(Source::signedBy).containsOnly("");
    }

    @Test
    void readsLinesWithAndWithoutOptions() {
        List<Source> sources = AptSources.oneLine("""
                # deb http://commented.example/debian bookworm main
                deb [arch=amd64 signed-by=/etc/apt/key.gpg] http://mirror.example/debian/ bookworm main non-free # note
                deb-src http://mirror.example/debian bookworm main
                deb http://plain.example/debian bookworm main
                """);

        assertThat(sources).containsExactly(
                new Source(
                        "http://mirror.example/debian/",
                        List.of("bookworm"),
                        List.of("main", "non-free"),
                        "/etc/apt/key.gpg"),
                new Source("http://plain.example/debian", List.of("bookworm"), List.of("main"), ""));
    }

    @Test
    void takesThePlainArchiveNotSecurityNorOthers() throws IOException {
        Files.writeString(apt.resolve("sources.list"), """
                deb http://mirror.example/debian-security bookworm-security main
                deb http://other.example/linux/debian bookworm stable
                deb http://vendor.example bookworm main
                """);
        Files.createDirectory(apt.resolve("sources.list.d"));
        Files.writeString(apt.resolve("sources.list.d/a.sources.disabled"), DEB822.replace("mirror", "ignored"));
        Files.writeString(apt.resolve("sources.list.d/debian.sources"), DEB822);

        assertThat(AptSources.debianArchive(apt)).map(Source::uri).contains("http://mirror.example/debian");
    }

    @Test
    void takesAMirrorListOfTheArchive() throws IOException {
        Files.writeString(apt.resolve("sources.list"), """
                deb mirror+file:/etc/apt/mirrors/debian-security.list bookworm-security main
                deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
                """);

        assertThat(AptSources.debianArchive(apt)).map(Source::uri).contains("mirror+file:/etc/apt/mirrors/debian.list");
    }

    @Test
    void findsNothingOnAMachineWithoutDebiansArchive() throws IOException {
        assertThat(AptSources.debianArchive(apt)).isEmpty();
        Files.writeString(apt.resolve("sources.list"), "deb http://archive.example/ubuntu noble main universe\n");
        assertThat(AptSources.debianArchive(apt)).isEmpty();
    }
}
