// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A short text that is another whenever the bytes are others. */
final class Digest {

    private Digest() {}

    /** SHA-256, in base64 that is safe in URLs and headers. */
    static String of(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
