// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * Something that breaks, and how it is repaired.
 *
 * @param time for which it stays broken
 */
record Fault(String name, Duration time, Runnable strike, Runnable heal) {

    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration FROZEN = Duration.ofSeconds(40);

    /** Each server and a replica killed, each of them frozen, the dead-letter topic gone, PostgreSQL full. */
    static List<Fault> all(ServerGroup servers, Registry replica) {
        ConnectionFlood flood = new ConnectionFlood(servers.postgres().orElseThrow());
        List<Server> all = List.of(
                servers.kafka().orElseThrow(), servers.postgres().orElseThrow(), servers.consul().orElseThrow(),
                replica.liberty());
        return Stream.of(
                all.stream().map(server -> new Fault(
                        "kill -9 " + called(server), AWAY, server::kill, server::start)),
                all.stream().map(server -> new Fault(
                        "SIGSTOP " + called(server), FROZEN, server::suspend, server::resume)),
                Stream.of(
                        new Fault("dead-letter topic deleted", AWAY, () -> deleteDeadLetters(servers),
                                () -> KafkaTopics.create(
                                        servers.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY)),
                        new Fault("connections refused", FROZEN, flood::begin, flood::end)))
                .flatMap(faults -> faults)
                .toList();
    }

    /** Whether the dead letters that were there went with it. */
    boolean takesDeadLetters() {
        return name.startsWith("dead-letter");
    }

    @Override
    public String toString() {
        return name;
    }

    private static String called(Server server) {
        return server.name().equals("Liberty") ? "a replica" : server.name();
    }

    private static void deleteDeadLetters(ServerGroup servers) {
        try (var admin = servers.kafka().orElseThrow().admin()) {
            admin.deleteTopics(Set.of(Registry.INTROSPECTION + ".dlq")).all().toCompletionStage().toCompletableFuture()
                    .join();
        }
    }
}
