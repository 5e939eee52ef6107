// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * One thing that is known of a node.
 *
 * @param message in a sentence, for people
 * @param since since when, or when it was; absent where that is not known
 * @param by who did it, as the history names actors; absent where there is no actor, or it is not known
 * @param reason why, in the words of who did it, or as a code of the history; absent where there is none
 * @param look where the interface has more
 * @param page where the console has more: what its address has behind the #
 */
@Schema(requiredProperties = {"cause", "message", "look", "page"})
record NodeFinding(
        Cause cause, String message, @Schema(implementation = Instant.class) StoredTime since, String by,
        String reason, String look, String page) {}
