// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the brokers keep a topic, as far as guarantees rest on it.
 *
 * @param brokers how many there are in the cluster
 * @param replicas of the partition that has the fewest
 * @param values Kafka's settings of the topic by name; empty where the broker does not show them
 */
public record TopicSettings(int brokers, int replicas, Map<String, String> values) {

    /** PostgreSQL may be unavailable for so long, and no record is gone when it is back. */
    static final Duration MIN_RETENTION = Duration.ofHours(1);

    /**
     * Which settings void a guarantee, each with what it costs. Of a cluster with one broker no second copy is asked.
     *
     * @param keepsAll whether every record of the topic is to be kept, so that it must not be compacted
     */
    public List<String> risks(boolean keepsAll) {
        List<String> risks = new ArrayList<>();
        if (brokers > 1 && replicas < 2) {
            risks.add("replication factor " + replicas + ": a broker that is lost takes records with it");
        }
        int inSync = number("min.insync.replicas", 2);
        if (replicas > 2 && inSync < 2) {
            risks.add("min.insync.replicas=" + inSync + ": a confirmed record may be on one broker only");
        }
        if (replicas > 0 && inSync > replicas && values.containsKey("min.insync.replicas")) {
            risks.add("min.insync.replicas=" + inSync + " of " + replicas + " replicas: nothing can be written");
        }
        if (brokers > 1 && "true".equals(values.get("unclean.leader.election.enable"))) {
            risks.add("unclean.leader.election.enable=true: confirmed records may be dropped");
        }
        String cleanup = values.getOrDefault("cleanup.policy", "delete");
        if (keepsAll && cleanup.contains("compact")) {
            risks.add("cleanup.policy=" + cleanup + ": records with the same key replace each other");
        }
        long retention = number("retention.ms", -1);
        if (cleanup.contains("delete") && retention >= 0 && retention < MIN_RETENTION.toMillis()) {
            risks.add("retention.ms=" + retention + ": records are gone after an outage that is longer");
        }
        return risks;
    }

    /** How many copies of a record a node that asks for {@code acks=all} has to wait for; 1 where it is not known. */
    public int minInSync() {
        return number("min.insync.replicas", 1);
    }

    private int number(String name, int otherwise) {
        try {
            return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(values.getOrDefault(name, "" + otherwise)));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
