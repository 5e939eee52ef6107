package org.nodebridge.registry.replay;

/**
 * A stretch of a partition.
 *
 * @param from its first offset
 * @param to the offset after its last; no less than {@code from}
 */
record Span(long from, long to) {

    Span {
        to = Math.max(from, to);
    }

    long length() {
        return to - from;
    }
}
