// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import java.util.Base64;
import org.nodebridge.registry.event.Sha256;

/** A short text that is another whenever the bytes are others. */
public final class Digest {

    private Digest() {}

    /** SHA-256, in base64 that is safe in URLs and headers. */
    public static String of(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(bytes));
    }
}
