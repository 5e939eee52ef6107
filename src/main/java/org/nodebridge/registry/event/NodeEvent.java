// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** One record of the node topics, read from any dialect. */
public sealed interface NodeEvent {

    /** The same event, whose record lies there; by {@link SourcePosition}. */
    public static NodeEvent at(String position, NodeEvent event) {
        return event instanceof OfNode ofNode ? ofNode.at(position) : event;
    }

    /** An event that is about a node, and has its place among the events of that node. */
    sealed interface OfNode extends NodeEvent {

        /** The node it is about. */
        String nodeId();

        /** Its place among the node's events. */
        EventVersion version();

        /** When the registry read the record; leases count from it. */
        Instant receivedAt();

        /** The request that this answers, or {@code null}; at most 128 characters. */
        String correlationId();

        /** What was read though it breaks the strict form, for counting; empty for most. */
        Set<Leniency> leniencies();

        /** The same event, whose record lies there; by {@link SourcePosition}. */
        OfNode at(String position);

        /** Who brought it, for the history; {@code null} when that is not known. */
        String actor();

        /** The same event with its actor. */
        OfNode by(String actor);
    }

    /** A node that says what it is and where. */
    public record Introduced(
            NodeDescription node,
            EventVersion version,
            Instant receivedAt,
            String correlationId,
            Set<Leniency> leniencies,
            String actor)
            implements OfNode {

        public Introduced(
                NodeDescription node, EventVersion version, Instant receivedAt, String correlationId,
                Set<Leniency> leniencies) {
            this(node, version, receivedAt, correlationId, leniencies, null);
        }

        @Override
        public String nodeId() {
            return node.nodeId();
        }

        @Override
        public Introduced at(String position) {
            return new Introduced(node, version.at(position), receivedAt, correlationId, leniencies, actor);
        }

        @Override
        public Introduced by(String who) {
            return new Introduced(node, version, receivedAt, correlationId, leniencies, who);
        }

        /** The same introspection event with that correlation id, where it names none itself. */
        public Introduced correlatedBy(String id) {
            return correlationId == null ? new Introduced(node, version, receivedAt, id, leniencies, actor) : this;
        }

        /** The same introspection event as though it had been read at that time, from which its lease counts. */
        public Introduced receivedAt(Instant time) {
            return new Introduced(node, version, time, correlationId, leniencies, actor);
        }
    }

    /**
     * A node that says it still lives.
     *
     * @param type the node's type as it says; {@code null} only when a request over HTTP does not say
     * @param healthStatus what the node says of its health, or {@code null} when its dialect has no such field
     * @param activeOperations operations under way, or {@code null}
     * @param uptimeSeconds seconds since the node started, or {@code null}
     * @param cpuPercent 0 to 100, or {@code null}
     * @param memoryMb mebibytes in use, or {@code null}
     */
    public record Heartbeat(
            String nodeId,
            NodeType type,
            HealthStatus healthStatus,
            Long activeOperations,
            Double uptimeSeconds,
            Double cpuPercent,
            Double memoryMb,
            EventVersion version,
            Instant receivedAt,
            String correlationId,
            Set<Leniency> leniencies,
            String actor)
            implements OfNode {

        @Override
        public Heartbeat at(String position) {
            return new Heartbeat(
                    nodeId, type, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb,
                    version.at(position), receivedAt, correlationId, leniencies, actor);
        }

        public Heartbeat(
                String nodeId, NodeType type, HealthStatus healthStatus, Long activeOperations, Double uptimeSeconds,
                Double cpuPercent, Double memoryMb, EventVersion version, Instant receivedAt, String correlationId,
                Set<Leniency> leniencies) {
            this(
                    nodeId, type, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb, version,
                    receivedAt, correlationId, leniencies, null);
        }

        @Override
        public Heartbeat by(String who) {
            return new Heartbeat(
                    nodeId, type, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb, version,
                    receivedAt, correlationId, leniencies, who);
        }

        /** The same heartbeat with that correlation id, where it names none itself. */
        public Heartbeat correlatedBy(String id) {
            return correlationId == null
                    ? new Heartbeat(
                            nodeId, type, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb, version,
                            receivedAt, id, leniencies, actor)
                    : this;
        }

        /** The same heartbeat of a node whose type is known otherwise. */
        public Heartbeat ofType(NodeType knownType) {
            return new Heartbeat(
                    nodeId, knownType, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb, version,
                    receivedAt, correlationId, leniencies, actor);
        }

        /** The same heartbeat as though it had been read at that time, from which the lease counts. */
        public Heartbeat receivedAt(Instant time) {
            return new Heartbeat(
                    nodeId, type, healthStatus, activeOperations, uptimeSeconds, cpuPercent, memoryMb, version, time,
                    correlationId, leniencies, actor);
        }
    }

    /**
     * A node that leaves, or is said to have left.
     *
     * @param type the node's type, or {@code null}: shutdown events of the core dialect carry none
     * @param reason one of {@code graceful_shutdown}, {@code lease_expired}, {@code manual_deregistration},
     *     {@code error}, {@code forced} and {@code maintenance}
     * @param restartExpected whether the node will be back, so that it drains and is not removed
     * @param restartDelay how long until it is back, or {@code null} when it does not say
     */
    public record Departed(
            String nodeId,
            NodeType type,
            String reason,
            boolean restartExpected,
            Duration restartDelay,
            EventVersion version,
            Instant receivedAt,
            String correlationId,
            Set<Leniency> leniencies,
            String actor)
            implements OfNode {

        @Override
        public Departed at(String position) {
            return new Departed(
                    nodeId, type, reason, restartExpected, restartDelay, version.at(position), receivedAt,
                    correlationId, leniencies, actor);
        }

        public Departed(
                String nodeId, NodeType type, String reason, boolean restartExpected, Duration restartDelay,
                EventVersion version, Instant receivedAt, String correlationId, Set<Leniency> leniencies) {
            this(
                    nodeId, type, reason, restartExpected, restartDelay, version, receivedAt, correlationId, leniencies,
                    null);
        }

        @Override
        public Departed by(String who) {
            return new Departed(
                    nodeId, type, reason, restartExpected, restartDelay, version, receivedAt, correlationId, leniencies,
                    who);
        }

        /** The same departure of a node whose type has become known. */
        public Departed withType(NodeType knownType) {
            return new Departed(
                    nodeId, knownType, reason, restartExpected, restartDelay, version, receivedAt, correlationId,
                    leniencies, actor);
        }
    }

    /**
     * A record that cannot be read, or whose identity or types would have to be guessed: a dead letter.
     *
     * @param errors every broken field; never empty
     * @param correlationId the record's correlation id where it can be read, else {@code null}
     */
    public record Unreadable(List<FieldError> errors, String correlationId) implements NodeEvent {}

    /**
     * An event whose sender has not shown that it may speak for the node: a dead letter.
     *
     * @param event what it would have been
     * @param error what is wrong with its claim
     */
    public record Unidentified(OfNode event, FieldError error) implements NodeEvent {}

    /**
     * A record at which the reader itself failed, which is a defect of the registry regardless of what the record
     * holds: a dead letter with reason {@code defect}, and an ERROR in the log.
     *
     * @param message for a person; quotes nothing of the record
     * @param cause for the log only: its message may quote the record
     */
    public record Defect(String message, Throwable cause) implements NodeEvent {

        /** The same as an error of the record as a whole. */
        public FieldError error() {
            return new FieldError("$", message);
        }
    }

    /**
     * A record that is well-formed and not meant for the registry, such as another registry's introspection request.
     *
     * @param eventType its event type, lower case with underscores
     */
    public record Ignored(String eventType) implements NodeEvent {}
}
