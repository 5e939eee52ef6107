// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry or row over which Consul and PostgreSQL disagree.
 *
 * @param nodeId the node's id, or that of a service in Consul that no node of ours has
 * @param consulNode the Consul node it is about; empty for that of the local agent
 * @param since since when it has been found by every comparison; of what is pending, since when it is pending
 * @param fields what is different; empty where that is all of it
 * @param action what is done about it
 * @param reason why that, or why it could not be done; {@code null} where it goes without saying
 */
public record Drift(
        String nodeId, Kind kind, String consulNode, Instant since, List<Field> fields, Action action, String reason) {

    /** Longer ids are not a node's; they are cut where they are shown. */
    private static final int LONGEST_ID = 255;

    public Drift {
        nodeId = shown(nodeId);
        consulNode = shown(consulNode);
        fields = List.copyOf(fields);
        reason = reason == null ? null : storable(reason);
    }

    /** What tells it from others, from one comparison to the next. */
    public Key key() {
        return new Key(nodeId, kind, consulNode);
    }

    /** The key of what is so about the node. */
    public static Key key(String nodeId, Kind kind, String consulNode) {
        return new Key(shown(nodeId), kind, shown(consulNode));
    }

    /** What tells one drift from others. */
    public record Key(String nodeId, Kind kind, String consulNode) {}

    private static String shown(String id) {
        String text = storable(id);
        return text.length() <= LONGEST_ID ? text : text.substring(0, LONGEST_ID - 1) + "…";
    }

    /** PostgreSQL keeps no U+0000, which an entry that another program wrote into Consul may have. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /**
     * A field that is not what it should be.
     *
     * @param field service, address, port, tags, weight, proxied, check, or meta with the key after a dot; all these
     *     with {@code sidecar.} before it where it is about the node's sidecar proxy, and {@code sidecar} alone where
     *     that is missing
     * @param expected what PostgreSQL says; {@code null} for nothing
     * @param actual what Consul says; {@code null} for nothing
     */
    public record Field(String field, String expected, String actual) {}

    /** How the two disagree. */
    public enum Kind {
        /** Consul has confirmed the node and has it no more. */
        MISSING,
        /** An entry with our owner mark that should not be there. */
        EXTRA,
        /** The entry says something else than the row. */
        DIFFERENT,
        /** The entry of a node belongs to another installation of the same registry id. */
        FOREIGN,
        /** The write of the row has been pending for too long, or Consul refuses it. */
        PENDING;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> ofWireName(String name) {
            for (Kind kind : values()) {
                if (kind.wireName().equals(name)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** What is done about it. */
    public enum Action {
        /** The entry is made again. */
        REGISTER,
        /** The entry is written over. */
        REWRITE,
        /** The entry is removed. */
        DEREGISTER,
        /** The entry would be removed, but for the reason given. */
        HELD,
        /** Nothing by the comparison: it is being written, again and again. */
        WAIT,
        /** Nothing, before the node or something else changes. */
        NONE;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
