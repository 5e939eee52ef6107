// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private ServerProcess process;

    @AfterEach
    void killWhatIsLeft() {
        process.kill();
    }

    @Test
    void failsAtOnceWithTheEndOfTheLogWhenTheProgramEnds() {
        process = shell("echo the disk is full; exit 3");
        process.launch();

        assertThatThrownBy(() -> process.awaitReady(SOON, () -> false))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("ended with code 3")
                .hasMessageContaining("the disk is full");
    }

    @Test
    void killsTheProgramThatDoesNotAnswerInTime() {
        process = shell("sleep 600");
        process.launch();

        assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(200), () -> {
            throw new IOException("refused");
        }))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("did not answer")
                .hasMessageContaining("refused");
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void killsAProgramThatIgnoresTheSignalToStop() {
        process = shell("trap '' TERM; echo up; while :; do sleep 1; done");
        process.launch();
        process.awaitReady(SOON, () -> process.log().contains("up"));

        process.stop("TERM", Duration.ofMillis(300));

        assertThat(process.exitCode()).hasValue(137);
    }

    @Test
    void killsTheChildrenOfTheProgramToo() {
        process = shell("sleep 600 & echo child $!; wait");
        process.launch();
        process.awaitReady(SOON, () -> process.log().contains("child"));
        long child = Long.parseLong(process.log().replaceAll("\\D", ""));

        process.kill();

        assertThat(ProcessHandle.of(child)).matches(handle -> handle.map(ProcessTree::hasEnded).orElse(true));
    }

    @Test
    void doesNothingWhileSuspendedAndGoesOnWhenResumed() {
        process = shell("i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done");
        process.launch();
        process.awaitReady(SOON, () -> process.log().contains("3"));

        process.suspend();
        // what it was about to write may still come
        AtomicReference<String> last = new AtomicReference<>();
        Awaitility.await().atMost(SOON).during(Duration.ofMillis(500)).until(() -> {
            String log = process.log();
            return log.equals(last.getAndSet(log));
        });
        process.resume();

        Awaitility.await().atMost(SOON).until(() -> process.log().length() > last.get().length());
    }

    @Test
    void keepsThePidOfTheProgramItselfInAFileWhileItRuns() throws IOException {
        process = shell("echo I am $$; exec sleep 600");
        process.launch();
        process.awaitReady(SOON, () -> process.log().contains("I am"));

        assertThat(process.log()).contains("I am " + process.pid());
        assertThat(directory.resolve("test.pid")).hasContent("" + process.pid());
        process.kill();
        assertThat(directory.resolve("test.pid")).doesNotExist();
    }

    @Test
    void endsWhatAKilledRunHasLeftButNoStranger() throws IOException {
        Path ours = Files.createDirectories(directory.resolve("ours"));
        process = new ServerProcess("test", ours, List.of("sh", "-c", "sleep 600; :", ours + "/marker"), Map.of());
        process.launch();
        Path stranger = Files.createDirectories(directory.resolve("stranger"));
        Files.writeString(stranger.resolve("stranger.pid"), "" + ProcessHandle.current().pid());

        assertThat(Leftovers.end(directory)).containsExactly("test");

        assertThat(process.awaitExit(SOON)).isPresent();
        assertThat(stranger.resolve("stranger.pid")).doesNotExist();
    }

    private ServerProcess shell(String script) {
        return new ServerProcess("test", directory, List.of("sh", "-c", script), Map.of());
    }
}
