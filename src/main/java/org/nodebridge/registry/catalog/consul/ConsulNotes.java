// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.event.Characters;

/** Numbers in Consul's key-value store that only grow, by check-and-set. Safe for many threads. */
final class ConsulNotes {

    private static final String ROOT = "node-bridge-registry/";
    private static final String KEYS = "/v1/kv/" + ROOT;
    private static final int TRIES = 5;

    /** PostgreSQL has no higher timeline, and no installation has renewed its note so often. */
    private static final long MAX_NUMBER = 0xffff_ffffL;

    private static final int LONGEST_ANSWER = 100;

    private final ConsulHttp consul;

    ConsulNotes(ConsulHttp consul) {
        this.consul = consul;
    }

    /** Raises the number to at least this; returns what it is then. What is no number, or one that
     * no replica can have noted, counts as none: PostgreSQL would be refused for a timeline that there is not. */
    long raise(String key, long value) {
        try {
            return raised(key, value);
        } catch (CatalogRefusedException e) {
            throw new CatalogRefusedException(
                    "Consul refuses a key, for which the ACL token needs key:write on node-bridge-registry/ ("
                            + e.getMessage().replaceFirst(" \\(the ACL token.*", "") + ")");
        }
    }

    private long raised(String key, long value) {
        for (int tried = 0; tried < TRIES; tried++) {
            Optional<JsonNode> noted = consul.find(KEYS + key + "?consistent").map(list -> list.path(0));
            long now = noted.map(ConsulNotes::number).orElse(0L);
            if (now >= value || set(key, value, noted.map(note -> note.path("ModifyIndex").asLong()).orElse(0L))) {
                return Math.max(now, value);
            }
        }
        throw new CatalogUnavailableException("Consul's key " + key + " changes all the time");
    }

    /** The numbers below the key; what is no number is left out. */
    Map<String, Long> below(String key) {
        String prefix = ROOT + key + "/";
        Map<String, Long> numbers = new HashMap<>();
        consul.find("/v1/kv/" + prefix + "?recurse&consistent").ifPresent(notes -> notes.forEach(note -> {
            long number = number(note);
            String name = note.path("Key").asText();
            if (number > 0 && name.startsWith(prefix)) {
                numbers.put(name.substring(prefix.length()), number);
            }
        }));
        return numbers;
    }

    /** Removes the number, unless it has changed; false when it has. */
    boolean forget(String key, long number) {
        Optional<JsonNode> noted = consul.find(KEYS + key + "?consistent").map(list -> list.path(0));
        if (noted.map(ConsulNotes::number).orElse(0L) != number) {
            return false;
        }
        Answer answer = consul.delete(
                KEYS + key + "?cas=" + noted.get().path("ModifyIndex").asLong(), LONGEST_ANSWER);
        return isTrue(answer);
    }

    /** False when another writer has changed it since. */
    private boolean set(String key, long value, long index) {
        Answer answer = consul.put(
                KEYS + key + "?cas=" + index, Long.toString(value).getBytes(UTF_8), LONGEST_ANSWER);
        return isTrue(answer);
    }

    private static boolean isTrue(Answer answer) {
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
        return new String(answer.body(), UTF_8).strip().equals("true");
    }

    private static long number(JsonNode note) {
        try {
            String value = new String(Base64.getDecoder().decode(note.path("Value").asText()), UTF_8);
            return Characters.wholeNumber(value.strip(), MAX_NUMBER).orElse(0);
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
