// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceEntry;

/**
 * What Consul is to show of a node, or shows, in sixteen bytes of a SHA-256: two that are the same are taken for the
 * same entry. The comparison of a hundred thousand nodes keeps nothing else of those that agree.
 */
record EntryDigest(long high, long low) {

    /** Stands for whatever a check says that Consul itself sets. */
    private static final String ANY = "any";

    /** What Consul is to show; {@code null} when that is nothing. */
    static EntryDigest of(ComparedNode node) {
        ServiceEntry entry = node.entry();
        return entry == null
                ? null
                : of(entry.name(), entry.address(), entry.port(), entry.tags(), entry.meta(),
                        node.check() == null ? ANY : node.check().wireName());
    }

    /** @param anyCheck whether all that counts of the check is that there is one */
    static EntryDigest of(CatalogInstance instance, boolean anyCheck) {
        String check = instance.status() == null ? "" : anyCheck ? ANY : instance.status().wireName();
        return of(
                instance.serviceName(), instance.address(), instance.port(), instance.tags(), instance.meta(), check);
    }

    private static EntryDigest of(
            String name, String address, int port, List<String> tags, Map<String, String> meta, String check) {
        StringBuilder text = new StringBuilder(512);
        append(text, name);
        append(text, address);
        text.append(port).append(' ').append(tags.size()).append(' ');
        tags.forEach(tag -> append(text, tag));
        new TreeMap<>(meta).forEach((key, value) -> {
            append(text, key);
            append(text, value);
        });
        append(text, check);
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        return new EntryDigest(hash.getLong(), hash.getLong());
    }

    /** With its length before it, so that no two lists of texts come to the same. */
    private static void append(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
