// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.deadletter.DeadLetterTopics.WholeDeadLetter;
import org.nodebridge.registry.event.FieldError;

/**
 * A dead letter.
 *
 * @param status open, or what became of its last replay
 * @param payload the whole payload as text; only of a single letter, and only where it is UTF-8
 * @param payloadBase64 the whole payload where it is not UTF-8
 * @param replay absent while it is open
 * @param truncated what it lacks of its record, which was too large for the topic; absent for a whole one
 */
@Schema(requiredProperties = {"id", "status", "origin", "dead_lettered_at", "payload_size"})
record DeadLetterView(
        String id, String status, String reason, List<FieldError> fields, DeadLetter.Origin origin,
        String correlationId, String nodeId, String key, Instant deadLetteredAt, long payloadSize,
        String payloadExcerpt, String payload, String payloadBase64, ReplayView replay,
        TruncationView truncated) {

    /**
     * @param parts what was cut: some of value, key and headers
     * @param valueSha256 of the whole payload, in hexadecimal
     */
    @Schema(name = "DeadLetterTruncation", requiredProperties = "parts")
    record TruncationView(List<String> parts, String valueSha256) {

        static TruncationView of(Truncation truncated) {
            return truncated == null
                    ? null
                    : new TruncationView(List.of(truncated.parts().split(",")), truncated.valueSha256());
        }
    }

    /** @param detail why it was quarantined, or cannot be replayed */
    @Schema(name = "DeadLetterReplay", requiredProperties = {"outcome", "at"})
    record ReplayView(String outcome, String detail, Instant at, String by) {

        static ReplayView of(ReplayedDeadLetter replayed) {
            return replayed == null
                    ? null
                    : new ReplayView(
                            replayed.outcome(), replayed.detail(), replayed.replayedAt(), replayed.replayedBy());
        }
    }

    /** @param nextCursor what to ask for the next page with; absent on the last page */
    @Schema(name = "DeadLetterPage", requiredProperties = {"dead_letters"})
    record Page(List<DeadLetterView> deadLetters, String nextCursor) {}

    static DeadLetterView of(DeadLetter letter) {
        return view(letter, letter.payloadExcerpt(), null, null);
    }

    static DeadLetterView of(WholeDeadLetter whole) {
        byte[] payload = whole.payload() == null ? new byte[0] : whole.payload();
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
            return view(whole.letter(), null, text, null);
        } catch (CharacterCodingException e) {
            String base64 = Base64.getEncoder().encodeToString(payload);
            return view(whole.letter(), whole.letter().payloadExcerpt(), null, base64);
        }
    }

    private static DeadLetterView view(DeadLetter letter, String excerpt, String payload, String base64) {
        return new DeadLetterView(
                letter.id().toString(), letter.status(), letter.reason(), letter.fields(), letter.origin(),
                letter.correlationId(), letter.nodeId(), letter.key(), letter.deadLetteredAt(), letter.payloadSize(),
                excerpt, payload, base64, ReplayView.of(letter.replayed()),
                TruncationView.of(letter.truncated()));
    }
}
