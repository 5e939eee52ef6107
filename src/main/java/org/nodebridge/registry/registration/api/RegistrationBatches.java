// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.nodebridge.registry.concurrent.Permits;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.TreeSize;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.NodeIdOfRecord;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.http.TooMuchAtOnceException;
import org.nodebridge.registry.http.body.BodyBudget;
import org.nodebridge.registry.http.body.BodyTooLargeException;
import org.nodebridge.registry.http.body.BrokenEncodingException;
import org.nodebridge.registry.http.body.TooManyBodiesException;
import org.nodebridge.registry.registration.EnvelopeReaders;
import org.nodebridge.registry.registration.ManualRegistrations;
import org.nodebridge.registry.registration.RegistrationResult;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers lines as they come. Holds in memory what it is at, never a whole batch: some hundred lines, and answers
 * that have yet to be sent.
 */
@ApplicationScoped
class RegistrationBatches {

    static final int MOST_LINES = 10_000;

    private static final int MOST_BATCHES = 4;
    private static final int LINES_AT_ONCE = 250;
    private static final int MIB = 1024 * 1024;
    private static final int BYTES_AT_ONCE = 4 * MIB;

    /** Of lines with their trees, one more than may be at once and {@link HeldBackOutput} included. */
    private static final int MOST_HELD = 10 * MIB;

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationBatches.class);
    private static final ObjectMapper JSON = new JsonFormat().getContext(BatchLine.class);

    @Inject
    private ManualRegistrations service;

    @Inject
    private StoreClock clock;

    @Inject
    private RegistrySettings settings;

    @Inject
    private BodyBudget bodies;

    private final Permits places = new Permits(MOST_BATCHES);

    /**
     * A place for one batch; who takes it must use it.
     *
     * @param actor who registers
     * @throws TooManyBodiesException when the bodies of other requests take all the memory that there is for them
     */
    Place place(String actor) throws TooManyBodiesException {
        Permits.Held place = places.tryTake().orElseThrow(() -> new TooMuchAtOnceException(
                MOST_BATCHES + " batches are under way on this replica already"));
        BodyBudget.Share share = bodies.share();
        try {
            share.take(MOST_HELD);
        } catch (TooManyBodiesException e) {
            place.close();
            throw e;
        }
        return (body, out) -> {
            try (place; share) {
                run(actor, body, out);
            }
        };
    }

    private void run(String actor, InputStream body, OutputStream out) throws IOException {
        HeldBackOutput answers = new HeldBackOutput(out);
        new Run(answers, actor).all(new Lines(body));
        answers.finish();
    }

    /** The right to have one batch under way. */
    @FunctionalInterface
    interface Place {

        /** Registers all lines of the body and answers each; always gives the place back. */
        void use(InputStream body, OutputStream out) throws IOException;
    }

    private final class Run {

        private final HeldBackOutput answers;
        private final String actor;
        private final EnvelopeReader reader = EnvelopeReaders.of(settings);
        private final List<Object> piece = new ArrayList<>();
        private int pieceBytes;
        private Instant lastTime = Instant.EPOCH;

        private Run(HeldBackOutput answers, String actor) {
            this.answers = answers;
            this.actor = actor;
        }

        private void all(Lines lines) throws IOException {
            String end = null;
            try {
                while (end == null && lines.next()) {
                    if (lines.number() > MOST_LINES) {
                        end = "a batch may have " + MOST_LINES + " lines";
                    } else if (!lines.isBlank()) {
                        take(lines);
                    }
                }
            } catch (IOException e) {
                end = e instanceof BodyTooLargeException || e instanceof BrokenEncodingException
                        ? e.getMessage()
                        : "the body could not be read any further";
            }
            carryOut();
            if (end != null) {
                answer(BatchLine.failed(
                        Math.max(1, lines.number()), null,
                        List.of(new FieldError("$", end + "; this line and all after it have been left alone"))));
            }
        }

        private void take(Lines lines) throws IOException {
            // of two lines about one node the later one counts, also where neither names a time
            Instant now = clock.now().truncatedTo(ChronoUnit.MICROS);
            lastTime = now.isAfter(lastTime) ? now : lastTime.plus(1, ChronoUnit.MICROS);
            NodeEvent event = lines.isTooLong()
                    ? new Unreadable(List.of(new FieldError("$", "is longer than " + Lines.LONGEST + " bytes")), null)
                    : reader.readIntroduction(lines.bytes(), lastTime);
            if (event instanceof Unreadable unreadable) {
                piece.add(BatchLine.failed(lines.number(), nodeId(lines), unreadable.errors()));
            } else if (event instanceof Defect defect) {
                LOG.atError().setCause(defect.cause()).log("A line of a batch could not be read, by a defect");
                piece.add(BatchLine.failed(lines.number(), nodeId(lines), List.of(defect.error())));
            } else {
                piece.add(new Understood(
                        lines.number(),
                        ((Introduced) event)
                                .correlatedBy(CorrelationId.forEvent(settings.strictEnvelopes()))
                                .by(actor)));
            }
            byte[] bytes = lines.bytes();
            pieceBytes += bytes.length + (int) Math.min(
                    TreeSize.most(settings.limits().tokens()), TreeSize.of(bytes, 0, bytes.length));
            if (piece.size() >= LINES_AT_ONCE || pieceBytes >= BYTES_AT_ONCE) {
                carryOut();
            }
        }

        /** What the client can find the line by; {@code null} where it cannot be read. */
        private static String nodeId(Lines lines) {
            return lines.isTooLong() ? null : NodeIdOfRecord.in(lines.bytes());
        }

        private void carryOut() throws IOException {
            List<Introduced> events = piece.stream()
                    .filter(Understood.class::isInstance)
                    .map(line -> ((Understood) line).event)
                    .toList();
            List<RegistrationResult> results = events.isEmpty() ? List.of() : service.registerAll(events);
            int next = 0;
            for (Object line : piece) {
                answer(line instanceof Understood understood
                        ? BatchLine.of(understood.number, results.get(next++))
                        : (BatchLine) line);
            }
            piece.clear();
            pieceBytes = 0;
        }

        private void answer(BatchLine line) throws IOException {
            answers.write(JSON.writeValueAsBytes(line));
            answers.write('\n');
        }
    }

    private record Understood(int number, Introduced event) {}
}
