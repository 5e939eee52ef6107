// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.Objects;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;

/** What is to become true of one node in Consul. Idempotent: writing it again changes nothing. */
public sealed interface CatalogChange {

    String nodeId();

    /** How many bytes of heap it holds, roughly; takes time that the node's description bounds. */
    long bytes();

    /**
     * The node is to be in Consul, exactly so.
     *
     * @param version the version of the event that last changed what the node says about itself
     * @param check what the node's check is to say
     * @param checkStands whether Consul has confirmed this very check before and nothing has changed it since, so that
     *     it may be left as it is: that saves Consul nearly half of its work
     * @param cordon why an operator has cordoned the node; {@code null} where none has
     * @param weights of the entry
     */
    record Register(
            NodeDescription node, EventVersion version, CheckStatus check, boolean checkStands, String cordon,
            ServiceWeights weights)
            implements CatalogChange {

        /** One that writes the check too. */
        public Register(NodeDescription node, EventVersion version, CheckStatus check) {
            this(node, version, check, false, null, ServiceWeights.NONE);
        }

        /** One that callers must not call; no probe of the catalog may change that. */
        public static Register cordoned(NodeDescription node, EventVersion version, String reason) {
            return new Register(node, version, CheckStatus.CRITICAL, false, reason, ServiceWeights.NONE);
        }

        /** The same with these weights. */
        public Register with(ServiceWeights of) {
            return new Register(node, version, check, checkStands, cordon, of);
        }

        public Register {
            Objects.requireNonNull(node, "node");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(check, "check");
            Objects.requireNonNull(weights, "weights");
        }

        @Override
        public String nodeId() {
            return node.nodeId();
        }

        @Override
        public long bytes() {
            return node.bytes();
        }
    }

    /** The node is not to be in Consul; it need not be there now. */
    record Deregister(String nodeId) implements CatalogChange {

        public Deregister {
            Objects.requireNonNull(nodeId, "nodeId");
        }

        @Override
        public long bytes() {
            return nodeId.length();
        }
    }
}
