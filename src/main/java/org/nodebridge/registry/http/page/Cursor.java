// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

/** The place in a listing where a page ended: the last node's id, in a form that is safe in a URL. */
public record Cursor(String lastNodeId) {

    public static final Cursor START = new Cursor("");

    public String encoded() {
        return PageToken.encoded(lastNodeId);
    }

    public static Cursor decode(String encoded) {
        if (encoded == null) {
            return START;
        }
        // PostgreSQL knows no text with U+0000, and no node has such an id
        return PageToken.decoded(encoded)
                .filter(lastNodeId -> lastNodeId.indexOf('\0') < 0)
                .map(Cursor::new)
                .orElseThrow(PageToken::refused);
    }
}
