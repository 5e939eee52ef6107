// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

/**
 * One event of a stream, or a comment.
 *
 * @param name the event's, or {@code null} for a comment
 * @param id the revision it brings a watcher to; {@code null} when it brings it to none, also of another region's
 * @param nodeType of the node it is about, or {@code null} when it is about none
 * @param data JSON on one line, or the comment
 */
public record StreamEvent(String name, Long id, String nodeType, String data) {

    static StreamEvent comment(String text) {
        return new StreamEvent(null, null, null, text);
    }

    static StreamEvent notice(String name, String reason) {
        return new StreamEvent(name, null, null, "{\"reason\":\"" + reason + "\"}");
    }

    static StreamEvent snapshotBegin(long revision) {
        return new StreamEvent("snapshot-begin", null, null, revision(revision));
    }

    /** It has the id, and nothing before it: a client that is cut off within a snapshot must begin again. */
    static StreamEvent snapshotEnd(long revision) {
        return new StreamEvent("snapshot-end", revision, null, revision(revision));
    }

    /** How it stands with another region. */
    static StreamEvent region(String region, String state) {
        return new StreamEvent(
                "region", null, null, "{\"region\":\"" + region + "\",\"state\":\"" + state + "\"}");
    }

    /** How many bytes it takes at the most. */
    long size() {
        return 2L * data.length();
    }

    /** Whether it is for one who wants nodes of that type only; {@code null} wants all. */
    boolean concerns(String type) {
        return type == null || nodeType == null || nodeType.equals(type);
    }

    private static String revision(long revision) {
        return "{\"revision\":" + revision + "}";
    }
}
