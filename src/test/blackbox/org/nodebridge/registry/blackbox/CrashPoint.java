// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jboss.byteman.agent.Main;

/**
 * A place in the write path at which a registry's process can be made to end, between one instruction and the next.
 * Byteman puts the rules into the running classes, so that the application itself knows nothing of them. A rule does
 * nothing until a file of its name, by which it is armed, is there; it renames the file and halts the JVM.
 */
enum CrashPoint {
    /** The records are read, and nothing is written. */
    AFTER_DECODE("kafka.BatchProcessing", "read(List)", "AT EXIT", "TRUE"),
    /** Rows and history are written, and the transaction is open. */
    BEFORE_THE_COMMIT("store.RegistrationBatchRepository", "store", "AT EXIT", "TRUE"),
    /** PostgreSQL has it, and Consul has not heard of it. */
    AFTER_THE_COMMIT("registration.RegistrationCounts", "count(List,StoredEvents)", "AT ENTRY", "TRUE"),
    /** One transaction of a batch is in Consul, and the next is not. */
    BETWEEN_TRANSACTIONS("registration.CatalogQueue", "done", "AT ENTRY", "!$0.waiting.isEmpty()"),
    /** Consul has it all, and PostgreSQL does not know. */
    BEFORE_THE_CONFIRMATION("registration.ConsulPublisher", "note", "AT ENTRY", "TRUE"),
    /** Both stores are done with the batch. */
    AFTER_THE_CONFIRMATION("registration.ConsulPublisher", "note", "AT EXIT", "TRUE"),
    /** A dead letter is on its topic, and the record it is of is not acknowledged. */
    AFTER_A_DEAD_LETTER("kafka.Retries", "deadLetter(List,Map)", "AT EXIT", "readCounter(\"letters\") > 0"),
    /** The batch is done with, and its offsets are where they were. */
    BEFORE_THE_OFFSETS("kafka.BatchProcessing", "acknowledge", "AT ENTRY", "TRUE");

    /** What a JVM that is halted so ends with. */
    static final int EXIT_CODE = 255;

    /** So that it dies in the middle of the load, and not at its first batch. */
    private static final int PASS = 4;

    private static final String LETTERS = """
            RULE letters
            CLASS org.nodebridge.registry.kafka.deadletter.DeadLetters
            METHOD write
            AT ENTRY
            IF TRUE
            DO incrementCounter("letters")
            ENDRULE
            """;

    /** Lets the next batch fail in a way that ends the channel, for as long as the file is there. */
    private static final String CHANNEL_END = """
            RULE channel end
            CLASS org.nodebridge.registry.kafka.NodeEventConsumer
            METHOD consume
            AT ENTRY
            BIND armed : java.io.File = new java.io.File("%s")
            IF armed.exists()
            DO THROW new java.lang.IllegalStateException("by the test")
            ENDRULE
            """;

    private final String type;
    private final String method;
    private final String location;
    private final String condition;

    CrashPoint(String type, String method, String location, String condition) {
        this.type = type;
        this.method = method;
        this.location = location;
        this.condition = condition;
    }

    /**
     * Prepares a registry's directory, before its first start, for all points.
     *
     * @return what its JVM is to be given
     */
    static String prepare(Path directory) {
        try {
            Path script = Files.createDirectories(armory(directory)).resolve("rules.btm");
            Files.writeString(script, LETTERS + CHANNEL_END.formatted(channelEnd(directory))
                    + Arrays.stream(values())
                            .map(point -> point.rule(directory))
                            .collect(Collectors.joining("\n")));
            // what Byteman puts into a class must be found from there, through OSGi's walls
            Path server = Files.createDirectories(directory.resolve("usr").resolve("servers").resolve("registry"));
            Files.writeString(
                    server.resolve("bootstrap.properties"), "org.osgi.framework.bootdelegation=org.jboss.byteman.*\n");
            Path byteman = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().getPath());
            return "-javaagent:" + byteman + "=script:" + script + ",boot:" + byteman;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on the registry of that directory ends at its fourth pass. */
    void arm(Path directory) {
        try {
            Files.createFile(trigger(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it was here that the registry of that directory ended. */
    boolean wasReached(Path directory) {
        return Files.exists(reached(directory)) && !Files.exists(trigger(directory));
    }

    /** Whether the application has such a method; a rule for one that it has not says nothing, and does nothing. */
    boolean exists() throws ClassNotFoundException {
        String name = method.replaceFirst("\\(.*", "");
        return Arrays.stream(Class.forName("org.nodebridge.registry." + type).getDeclaredMethods())
                .anyMatch(one -> one.getName().equals(name));
    }

    private String rule(Path directory) {
        return """
                RULE %1$s
                CLASS org.nodebridge.registry.%2$s
                METHOD %3$s
                %4$s
                BIND armed : java.io.File = new java.io.File("%5$s");
                     reached : java.io.File = new java.io.File("%8$s")
                IF armed.exists() && %6$s && incrementCounter("%1$s") == %7$d
                DO armed.renameTo(reached), killJVM()
                ENDRULE
                """.formatted(
                name(), type, method, location, trigger(directory), condition, PASS, reached(directory));
    }

    private Path trigger(Path directory) {
        return armory(directory).resolve(name().toLowerCase(Locale.ROOT));
    }

    private Path reached(Path directory) {
        return armory(directory).resolve(name().toLowerCase(Locale.ROOT) + ".reached");
    }

    /** While this file is there, the channel of the registry of that directory ends at its next batch. */
    static Path channelEnd(Path directory) {
        return armory(directory).resolve("channel-end");
    }

    private static Path armory(Path directory) {
        return directory.resolve("crash-points");
    }
}
