// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.deadletter.DeadLetter;
import org.nodebridge.registry.event.FieldError;

/**
 * What was found of a node among the dead letters.
 *
 * @param searched all; some, where the time ended first or there are more, so that the list of dead letters goes on by
 *     itself; or none
 * @param reason why not all; absent where all were looked through
 * @param letters the newest, five at most
 */
@Schema(name = "ExplanationDeadLetters", requiredProperties = {"searched", "letters"})
record LetterSearch(String searched, String reason, List<Letter> letters) {

    static final String ALL = "all";
    static final String SOME = "some";
    static final String NONE = "none";

    static final int MOST_LETTERS = 5;
    private static final int MOST_FIELDS = 10;
    private static final Set<String> DONE = Set.of("applied", "unchanged", "stale", "ignored");

    static LetterSearch none(String reason) {
        return new LetterSearch(NONE, reason, List.of());
    }

    /** The newest letter of which nothing has become yet; {@code null} where there is none. */
    @JsonIgnore
    Letter unsettled() {
        return letters.stream().filter(letter -> !DONE.contains(letter.status())).findFirst().orElse(null);
    }

    /**
     * A dead letter without its payload.
     *
     * @param status open, or what became of its last replay
     * @param fields what was wrong with it, the first ten
     */
    @Schema(name = "ExplanationLetter", requiredProperties = {"id", "status", "dead_lettered_at", "fields"})
    record Letter(String id, String status, String reason, Instant deadLetteredAt, List<FieldError> fields) {

        static Letter of(DeadLetter letter) {
            return new Letter(
                    letter.id().toString(), letter.status(), letter.reason(), letter.deadLetteredAt(),
                    letter.fields().stream().limit(MOST_FIELDS).toList());
        }
    }
}
