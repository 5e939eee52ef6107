// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.event.Sha256;

/**
 * What Consul is to show of a node, or shows, in sixteen bytes of a SHA-256: two that are the same are taken for the
 * same entry. The comparison of a hundred thousand nodes keeps nothing else of those that agree.
 */
record EntryDigest(long high, long low) {

    /** Stands for a check that is what it is to be. */
    private static final String AS_EXPECTED = "as expected";

    /** What Consul is to show; {@code null} when that is nothing. */
    public static EntryDigest of(ComparedNode node) {
        return of(node.entry());
    }

    /** @param entry {@code null} for nothing */
    public static EntryDigest of(ServiceEntry entry) {
        return entry == null
                ? null
                : of(entry.name(), entry.address(), entry.port(), entry.tags(), entry.meta(), entry.weights(),
                        entry.proxied(), AS_EXPECTED);
    }

    /** @param expected what the check is to be */
    public static EntryDigest of(CatalogInstance instance, ExpectedCheck expected) {
        String check = expected.meets(instance) ? AS_EXPECTED : "";
        return of(
                instance.serviceName(), instance.address(), instance.port(), instance.tags(), instance.meta(),
                instance.weights(), instance.proxied(), check);
    }

    private static EntryDigest of(
            String name, String address, int port, List<String> tags, Map<String, String> meta,
            ServiceWeights weights, ProxyTarget proxied, String check) {
        StringBuilder text = new StringBuilder(512);
        append(text, name);
        append(text, address);
        text.append(port).append(' ').append(tags.size()).append(' ');
        tags.forEach(tag -> append(text, tag));
        new TreeMap<>(meta).forEach((key, value) -> {
            append(text, key);
            append(text, value);
        });
        append(text, weights.toString());
        append(text, String.valueOf(proxied));
        append(text, check);
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)));
        return new EntryDigest(hash.getLong(), hash.getLong());
    }

    /** With its length before it, so that no two lists of texts come to the same. */
    private static void append(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

}
