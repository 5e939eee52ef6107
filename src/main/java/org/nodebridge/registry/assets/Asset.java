// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.assets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.nodebridge.registry.event.Sha256;

/**
 * One file, in one of the forms in which it is sent. Immutable; the arrays are not to be written.
 *
 * @param entityTag of this form: each has its own
 * @param encoding gzip, or {@code null} for the file as it is
 */
record Asset(byte[] bytes, String entityTag, String encoding) {

    private static final String GZIP = "gzip";

    /** The file as it is. */
    static Asset plain(byte[] bytes) {
        return new Asset(bytes, '"' + Sha256.base64Url(bytes) + '"', null);
    }

    /** The same in gzip, or itself where that is not shorter. */
    Asset compressed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail so
        }
        return out.size() < bytes.length
                ? new Asset(out.toByteArray(), entityTag.replaceFirst("\"$", "-gzip\""), GZIP)
                : this;
    }

    /** Whether a client that sends this {@code If-None-Match}, or {@code null}, has it already. */
    boolean isKnown(String ifNoneMatch) {
        return ifNoneMatch != null && Stream.of(ifNoneMatch.split(","))
                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals(entityTag));
    }

    /** Whether a client that sends this {@code Accept-Encoding}, or {@code null}, takes gzip. */
    static boolean takesGzip(String acceptEncoding) {
        return acceptEncoding != null && Stream.of(acceptEncoding.toLowerCase(Locale.ROOT).split(","))
                .map(each -> each.replaceAll("\\s", ""))
                .anyMatch(each -> (each + ";").startsWith(GZIP + ";") && !each.matches(".*;q=0(\\.0*)?"));
    }
}
