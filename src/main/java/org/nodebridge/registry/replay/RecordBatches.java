// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** What is done with the records of a replay. For one thread. */
interface RecordBatches {

    /**
     * Reads what has to be known before the first records are taken.
     *
     * @throws CatalogException when Consul does not say; to be called again
     */
    void begin();

    /**
     * Takes records in the order in which they lie in their partitions.
     *
     * @throws StoreUnavailableException when PostgreSQL is unavailable; the same records are to be given again
     */
    void take(List<ConsumerRecord<byte[], byte[]>> records);

    /**
     * Ends what was begun with the records.
     *
     * @return which nodes would change, in a dry run; else nothing
     * @throws StoreUnavailableException when PostgreSQL is unavailable; to be called again
     */
    JsonNode finish();

    /** What became of the records so far. */
    JsonNode counts();
}
