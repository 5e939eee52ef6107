// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What {@code /api/v1/verdict} says at one moment.
 *
 * @param codes of its reasons, the worst first
 * @param messages of its reasons, in the same order
 * @param openDeadLetters missing where it is not known
 */
record Verdict(String mood, List<String> codes, List<String> messages, JsonNode openDeadLetters) {

    static Verdict of(Registry registry) {
        JsonNode json = registry.get("/api/v1/verdict").json();
        List<String> codes = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        json.path("reasons").forEach(reason -> {
            codes.add(reason.path("code").textValue());
            messages.add(reason.path("message").textValue());
        });
        return new Verdict(json.path("mood").textValue(), codes, messages, json.path("open_dead_letters"));
    }

    /** Waits until it is so and these are among its reasons, and looks where they say that there is more to see. */
    static Verdict await(Registry registry, String mood, String... codes) {
        AtomicReference<Verdict> verdict = new AtomicReference<>();
        eventually().untilAsserted(() -> {
            verdict.set(of(registry));
            assertThat(verdict.get().codes).as(verdict.toString()).contains(codes);
            assertThat(verdict.get().mood).as(verdict.toString()).isEqualTo(mood);
        });
        registry.get("/api/v1/verdict").json().path("reasons").forEach(reason -> assertThat(
                registry.status(Registry.asOperator(registry.request(reason.path("look").textValue())).GET()))
                .as(reason.toString()).isIn(200, 503));
        return verdict.get();
    }
}
