// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventStreamSinkTest {

    private static final StreamEvent EVENT = new StreamEvent("updated", 7L, "effect", "{\"ä\":1}");

    private final Response response = new Response();
    private final AtomicInteger completed = new AtomicInteger();
    private final AsyncContext context = (AsyncContext) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {AsyncContext.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("complete");
                completed.incrementAndGet();
                return null;
            });
    private final EventStreamSink outlet = new EventStreamSink(
            context, response, "test", "user test", Runnable::run);

    @Test
    void writesAsServerSentEvents() {
        outlet.onWritePossible();

        assertThat(sent(EVENT)).isCompleted();
        assertThat(sent(new StreamEvent("snapshot-begin", null, null, "{}"))).isCompleted();
        assertThat(sent(new StreamEvent(null, null, null, "heartbeat"))).isCompleted();

        assertThat(response.text()).isEqualTo("""
                id: 7
                event: updated
                data: {"ä":1}

                event: snapshot-begin
                data: {}

                : heartbeat

                """);
        assertThat(response.flushes).as("the head, and each event").isEqualTo(4);
    }

    /** Else head and event would wait for the next event, or for the comment that says that the stream lives. */
    @Test
    void theFirstEventArrivesThoughTheContainerIgnoresTheFirstFlush() {
        outlet.onWritePossible();

        assertThat(sent(EVENT)).isCompleted();

        assertThat(response.arrived).isPositive().isEqualTo(response.written.size());
    }

    @Test
    void writesALongEventInPiecesThatTheContainerCanTakeOneByOne() {
        outlet.onWritePossible();
        StreamEvent event = new StreamEvent("updated", 7L, "effect", "\"" + "x".repeat(20_000) + "\"");

        assertThat(sent(event)).isCompleted();

        assertThat(response.text()).isEqualTo("id: 7\nevent: updated\ndata: \"" + "x".repeat(20_000) + "\"\n\n");
        assertThat(response.longest).isLessThan(10_000);
        assertThat(response.flushes).as("the head, and each piece").isEqualTo(4);
    }

    @Test
    void cutsNoCharacterInTwoWhereAPieceEnds() {
        String text = "\"" + "a\uD83D\uDE00ä".repeat(9_000) + "\"";
        outlet.onWritePossible();

        assertThat(sent(new StreamEvent("updated", 7L, "effect", text))).isCompleted();

        assertThat(response.text()).isEqualTo("id: 7\nevent: updated\ndata: " + text + "\n\n");
        assertThat(response.longest).isLessThan(10_000);
    }

    @Test
    void failsWhatIsOnItsWayWhenTheContainerHasEndedTheStream() {
        CompletableFuture<?> sent = sent(EVENT);

        outlet.onComplete(null);

        assertThat(sent).isCompletedExceptionally();
        outlet.onWritePossible();
        assertThat(sent(EVENT)).isCompletedExceptionally();
        assertThat(response.text()).isEmpty();
    }

    @Test
    void writesNothingBeforeTheContainerSaysThatItCan() {
        CompletableFuture<?> sent = sent(EVENT);
        assertThat(response.text()).isEmpty();
        assertThat(sent).isNotDone();

        outlet.onWritePossible();

        assertThat(response.text()).isNotEmpty();
        assertThat(sent).isCompleted();
    }

    @Test
    void anEventIsTakenWhenTheContainerCanTakeMoreAfterIt() {
        outlet.onWritePossible();
        response.ready = 2;
        CompletableFuture<?> sent = sent(EVENT);
        assertThat(response.text()).isNotEmpty();
        assertThat(response.flushes).as("the head").isEqualTo(1);

        response.ready = 1;
        outlet.onWritePossible();
        assertThat(response.flushes).isEqualTo(2);
        assertThat(sent).isNotDone();

        response.ready = 1;
        outlet.onWritePossible();
        assertThat(sent).isCompleted();
    }

    /** They serve requests, and however many clients stall, only so many threads are to wait for them. */
    @Test
    void neverWritesOnAThreadOfTheContainer() {
        List<Runnable> handedOver = new ArrayList<>();
        EventStreamSink sink = new EventStreamSink(context, response, "test", "user test", handedOver::add);
        CompletableFuture<?> sent = sink.send(EVENT, "7").toCompletableFuture();

        sink.onWritePossible();

        assertThat(response.text()).isEmpty();
        handedOver.forEach(Runnable::run);
        assertThat(response.text()).isNotEmpty();
        assertThat(sent).isCompleted();
    }

    @Test
    void failsWhatIsOnItsWayWhenTheRegistryStops() {
        EventStreamSink sink = new EventStreamSink(context, response, "test", "user test", work -> {
            throw new RejectedExecutionException();
        });
        CompletableFuture<?> sent = sink.send(EVENT, "7").toCompletableFuture();

        sink.onWritePossible();

        assertThat(sent).isCompletedExceptionally();
    }

    /** Liberty holds a lock when it says so, and the write that is under way may need that lock to end. */
    @Test
    void theContainerNeverWaitsForAWriteThatIsUnderWay() {
        outlet.onWritePossible();
        response.duringWrite = () -> assertThat(CompletableFuture.runAsync(outlet::onWritePossible))
                .succeedsWithin(Duration.ofSeconds(60));

        assertThat(sent(EVENT)).isCompleted();
        assertThat(response.flushes).isEqualTo(2);
    }

    @Test
    void saysWhenTheClientIsGone() {
        outlet.onWritePossible();
        response.broken = true;
        assertThat(sent(EVENT)).isCompletedExceptionally();

        response.broken = false;
        response.ready = 0;
        CompletableFuture<?> waiting = sent(EVENT);
        outlet.onError(new IOException("reset"));
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void endsOnceAndTakesNothingMore() {
        outlet.onWritePossible();
        response.ready = 0;
        CompletableFuture<?> waiting = sent(EVENT);

        outlet.close();
        outlet.close();

        assertThat(completed).hasValue(1);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(sent(EVENT)).isCompletedExceptionally();
    }

    private CompletableFuture<?> sent(StreamEvent event) {
        return outlet.send(event, event.id() == null ? null : event.id().toString()).toCompletableFuture();
    }

    /** Can take so many calls. */
    private static final class Response extends ServletOutputStream {

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private int ready = Integer.MAX_VALUE;
        private int flushes;
        private int arrived;
        private int longest;
        private boolean broken;
        private Runnable duringWrite = () -> {};

        @Override
        public boolean isReady() {
            return ready > 0;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int one) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            used();
            duringWrite.run();
            longest = Math.max(longest, bytes.length);
            written.write(bytes);
        }

        @Override
        public void flush() throws IOException {
            used();
            // as Liberty's
            if (flushes++ > 0) {
                arrived = written.size();
            }
        }

        private void used() throws IOException {
            assertThat(ready).as("what the container can take").isPositive();
            ready--;
            if (broken) {
                throw new IOException("broken pipe");
            }
        }

        String text() {
            return written.toString(StandardCharsets.UTF_8);
        }
    }
}
