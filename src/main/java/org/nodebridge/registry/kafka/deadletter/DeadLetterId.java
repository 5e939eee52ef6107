// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Where a dead letter lies, {@code <topic>:<partition>:<offset>}; the topic is the dead-letter topic. */
public record DeadLetterId(String topic, int partition, long offset) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._-]{1,249}):(\\d{1,9}):(\\d{1,18})");

    /** Empty when the text is no such id. */
    public static Optional<DeadLetterId> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new DeadLetterId(
                        form.group(1), Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))))
                : Optional.empty();
    }

    public static DeadLetterId of(ConsumerRecord<?, ?> letter) {
        return new DeadLetterId(letter.topic(), letter.partition(), letter.offset());
    }

    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    @Override
    public String toString() {
        return topic + ":" + partition + ":" + offset;
    }
}
