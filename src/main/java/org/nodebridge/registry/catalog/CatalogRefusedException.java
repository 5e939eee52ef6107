// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Consul understood the request and said no (4xx). Nothing of it took effect, and asking again gives the same. */
public final class CatalogRefusedException extends CatalogException {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> culprits;
    private final boolean everyone;

    /** A refusal that names no node: any of the transaction's changes may be the cause. */
    public CatalogRefusedException(String message) {
        this(message, Map.of());
    }

    /** @param culprits node id to reason, for the changes that were refused themselves */
    public CatalogRefusedException(String message, Map<String, String> culprits) {
        this(message, culprits, false);
    }

    private CatalogRefusedException(String message, Map<String, String> culprits, boolean everyone) {
        super(message, null);
        this.culprits = Map.copyOf(culprits);
        this.everyone = everyone;
    }

    /** A refusal of all the nodes, regardless of what their changes say. */
    public static CatalogRefusedException ofAll(String message, Collection<String> nodeIds) {
        Map<String, String> everyone = new LinkedHashMap<>();
        nodeIds.forEach(nodeId -> everyone.put(nodeId, message));
        return new CatalogRefusedException(message, everyone, true);
    }

    /**
     * Whether it is about who asks, or where, and not about any node: an ACL token that lacks a permission, say. An
     * operator can fix it, and then the same request passes.
     */
    public boolean concernsEveryone() {
        return everyone;
    }

    /**
     * Node id to reason: without these the transaction may pass. Empty when Consul does not say which they are; every
     * node of the transaction when none can pass, as with a token that lacks a permission.
     */
    public Map<String, String> culprits() {
        return culprits == null ? Map.of() : culprits;
    }
}
