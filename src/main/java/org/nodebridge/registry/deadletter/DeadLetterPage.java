// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Some dead letters, newest first.
 *
 * @param next for each partition that has more, the offset before which the next page begins; empty on the last page
 */
public record DeadLetterPage(List<DeadLetter> letters, Map<TopicPartition, Long> next) {}
