// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Holds what a node says about itself to its limits: it is kept, and each page, snapshot and batch has many of it. What
 * a record has besides is read and forgotten, and bounded by the record's own size.
 */
public final class DescriptionSize {

    private final Fields payload;
    private final Findings findings;
    private final Limits limits;
    private long total;

    public DescriptionSize(Fields payload, Findings findings) {
        this.payload = payload;
        this.findings = findings;
        this.limits = findings.limits();
    }

    public void capabilities(String name) {
        member(name, limits.capabilities(), limits.capabilitiesBytes(), limits.textLength());
    }

    /**
     * The same limits for what is kept of several members, each of which keeps to them.
     *
     * @param name of the member that an error is said of
     * @param kept all of them in one
     */
    public void capabilitiesTogether(String name, JsonNode kept) {
        if (kept.size() > limits.capabilities()) {
            payload.error(name, "has " + kept.size() + " members with the other capabilities, more than "
                    + limits.capabilities());
        }
        long bytes = JsonSize.of(kept);
        if (bytes > limits.capabilitiesBytes()) {
            payload.error(name, "is " + bytes + " bytes with the other capabilities, more than "
                    + limits.capabilitiesBytes());
        }
    }

    public void endpoints(String name) {
        member(name, limits.endpoints(), limits.endpointsBytes(), Integer.MAX_VALUE); // a URL has a bound of its own
    }

    public void metadata(String name) {
        member(name, Integer.MAX_VALUE, limits.metadataBytes(), limits.textLength());
    }

    /** To be asked last. */
    public void all() {
        if (total > limits.descriptionBytes()) {
            findings.error(payload.self(), "describes the node in " + total + " bytes, more than "
                    + limits.descriptionBytes());
        }
    }

    private void member(String name, int mostFields, int mostBytes, int longestText) {
        JsonNode value = payload.get(name);
        if (value == null || !value.isObject()) {
            return; // an error already, where it is one
        }
        if (value.size() > mostFields) {
            payload.error(name, "has " + value.size() + " members, more than " + mostFields);
        }
        long bytes = JsonSize.of(value);
        total += bytes;
        if (bytes > mostBytes) {
            payload.error(name, "is " + bytes + " bytes, more than " + mostBytes);
        }
        texts(value, FieldPath.name(payload.at(), name), longestText);
    }

    private void texts(JsonNode node, FieldPath path, int longest) {
        if (node.isTextual()) {
            if (longer(node.textValue(), longest)) {
                findings.error(path, "is longer than " + longest + " characters");
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                FieldPath below = FieldPath.name(path, field.getKey());
                if (longer(field.getKey(), limits.nameLength())) {
                    findings.error(below, "has a name longer than " + limits.nameLength() + " characters");
                }
                texts(field.getValue(), below, longest);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                texts(node.get(i), FieldPath.index(path, i), longest);
            }
        }
    }

    /** In characters as PostgreSQL counts them. */
    public static boolean longer(String text, int most) {
        return text.length() > most && text.codePointCount(0, text.length()) > most;
    }
}
