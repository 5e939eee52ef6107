// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.nodebridge.registry.model.EventStream;
import org.nodebridge.registry.model.Fold;
import org.nodebridge.registry.model.ModelEvent;

/**
 * Nodes that speak at a steady rate, on any partition, some things twice and some seconds late, with poison in between;
 * and what the registry must hold once it has heard them all. What Kafka does not confirm is sent again.
 */
final class LoadOfEvents implements AutoCloseable {

    private static final int PARTITIONS = 6;
    private static final int POISON_EVERY = 500;

    /** Events that are held back are let go a few at a time, any of them first. */
    private static final int HELD_BACK = 300;

    private final Broker broker;
    private final UnaryOperator<String> topics;
    private final EventStream stream;
    private final Random random;
    private final Fold fold = new Fold();
    private final Set<String> poison = new LinkedHashSet<>();
    private final Queue<Unconfirmed> unconfirmed = new ConcurrentLinkedQueue<>();
    private final java.util.List<ProducerRecord<byte[], byte[]>> late = new java.util.ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int events;
    private boolean flowing;

    LoadOfEvents(Broker broker, long seed, String prefix, int nodes, int eventsPerSecond) {
        this(broker, UnaryOperator.identity(), seed, prefix, nodes, eventsPerSecond);
    }

    /** @param topics what the registry makes of a topic's name */
    LoadOfEvents(
            Broker broker, UnaryOperator<String> topics, long seed, String prefix, int nodes, int eventsPerSecond) {
        this.broker = broker;
        this.topics = topics;
        this.stream = new EventStream(seed, prefix, nodes);
        this.random = new Random(seed);
        int everyMillis = 20;
        int atOnce = eventsPerSecond * everyMillis / 1000;
        clock.scheduleAtFixedRate(() -> speak(atOnce), 0, everyMillis, TimeUnit.MILLISECONDS);
    }

    synchronized void begin() {
        flowing = true;
    }

    /** Ends the flow, lets go what is held back, and returns when Kafka has confirmed all of it. */
    void end() {
        synchronized (this) {
            flowing = false;
            late.forEach(this::send);
            late.clear();
        }
        for (Unconfirmed one = unconfirmed.poll(); one != null; one = unconfirmed.poll()) {
            try {
                one.sent.get(3, TimeUnit.MINUTES);
            } catch (ExecutionException | TimeoutException e) {
                // it may be there all the same, and is there twice then
                send(one.record);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    Fold fold() {
        return fold;
    }

    /** How many events there have been. */
    synchronized int events() {
        return events;
    }

    synchronized Set<String> poison() {
        return new LinkedHashSet<>(poison);
    }

    private synchronized void speak(int count) {
        for (int i = 0; flowing && i < count; i++) {
            ModelEvent event = stream.next(Instant.now());
            fold.add(event);
            events++;
            pass(new ProducerRecord<>(topics.apply(event.topic()), random.nextInt(PARTITIONS), null, event.value()));
            if (events % POISON_EVERY == 0) {
                String text = "{no JSON " + events;
                poison.add(text);
                send(new ProducerRecord<>(
                        topics.apply(Registry.INTROSPECTION), random.nextInt(PARTITIONS), null,
                        text.getBytes(UTF_8)));
            }
        }
    }

    private void pass(ProducerRecord<byte[], byte[]> record) {
        int luck = random.nextInt(20);
        if (luck == 0) {
            send(record);
        }
        if (luck < 5) {
            late.add(record);
        } else {
            send(record);
        }
        if (late.size() > HELD_BACK) {
            send(late.remove(random.nextInt(late.size())));
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        unconfirmed.add(new Unconfirmed(record, broker.send(record)));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private record Unconfirmed(ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> sent) {}
}
