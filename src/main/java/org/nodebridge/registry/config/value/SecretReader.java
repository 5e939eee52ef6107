// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads values that must not show up in an error message, and count to the last character. Not thread-safe. */
final class SecretReader {

    private final GivenValues given;

    SecretReader(GivenValues given) {
        this.given = given;
    }

    /** A secret, or by {@code <key>-file} and {@code <alias>_FILE} the name of a file that holds it. */
    Secret orFile(String key, String alias) {
        Secret secret = secret(key, alias, "");
        String fileKey = key + "-file";
        String fileAlias = alias + "_FILE";
        given.describe(fileKey, fileAlias, "");
        Optional<String> file = given.value(fileKey, fileAlias);
        if (file.isEmpty()) {
            return secret;
        }
        String fileName = GivenValues.name(fileKey, fileAlias);
        if (!secret.isEmpty()) {
            given.refuse(fileName + " must not be given beside " + GivenValues.name(key, alias));
            return secret;
        }
        try {
            // a line is how most tools write one value
            String value = Files.readString(Path.of(file.get())).replaceFirst("\\R\\z", "");
            if (value.isBlank()) {
                given.refuse(fileName + " must name a file that is not empty");
            }
            return checked(value, "the value in the file that " + fileName + " names");
        } catch (IOException | InvalidPathException e) {
            given.refuse(fileName + " must name a file that can be read, but is \"" + file.get() + "\"");
            return secret;
        }
    }

    /** A secret or its file, sent as an HTTP header, which carries visible ASCII only. */
    Secret ofHeader(String key, String alias) {
        Secret secret = orFile(key, alias);
        if (!secret.value().matches("[!-~]*")) {
            given.refuse(GivenValues.name(key, alias) + " must be visible ASCII characters without spaces");
        }
        return secret;
    }

    /**
     * A secret that the server reads from the same variable. The server takes a dollar sign before another or before a
     * brace for one of its own, and braces at the beginning for the name of a code, as in {@code {xor}Lz4=}; so a value
     * with these is refused rather than changed.
     *
     * @param serverDefault what the server has where nobody sets it
     */
    void ofServer(String key, String serverDefault) {
        String value = secret(key, null, serverDefault).value();
        if (value.equals(serverDefault)) {
            return;
        }
        if (value.contains("$$") || value.contains("${")) {
            given.refuse(key + " must not contain \"$$\" or \"${\": the server would change them");
        }
        if (value.startsWith("{") && value.indexOf('}') > 0) {
            given.refuse(key + " must not begin with a word in braces: the server would decode what is behind it");
        }
    }

    private Secret secret(String key, String alias, String defaultValue) {
        given.describe(key, alias, defaultValue);
        return checked(given.exact(key, alias).orElse(""), GivenValues.name(key, alias));
    }

    private Secret checked(String value, String name) {
        if (!value.equals(value.strip())) {
            given.refuse(name + " must not begin or end with white space or a line break");
        }
        if (value.indexOf('\ufffd') >= 0) {
            given.refuse(name + " has characters that the process's locale does not know; set LC_ALL=C.UTF-8");
        }
        return new Secret(value);
    }
}
