// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A certificate for localhost, which is its own authority, and its key, made by the JDK's keytool.
 *
 * @param certificate PEM file
 * @param key PEM file in PKCS#8, readable by its owner only, as PostgreSQL wants it
 * @param both PEM file of the key and the certificate, as Kafka wants them
 */
public record SelfSigned(Path certificate, Path key, Path both) {

    private static final String PASSWORD = "changeit";

    /** Makes them in the directory. */
    public static SelfSigned in(Path directory) {
        try {
            Files.createDirectories(directory);
            Path store = directory.resolve("keys.p12");
            Executables.run(Duration.ofMinutes(3), Map.of(), List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", "it", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=localhost",
                    "-validity", "2", "-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12",
                    "-keystore", store.toString(), "-storepass", PASSWORD));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            String key = pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded());
            String certificate = pem("CERTIFICATE", keys.getCertificate("it").getEncoded());
            Path keyFile = Files.createFile(
                    directory.resolve("server.key"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(keyFile, key);
            return new SelfSigned(
                    Files.writeString(directory.resolve("server.crt"), certificate), keyFile,
                    Files.writeString(directory.resolve("server.pem"), key + certificate));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate can be made in " + directory, e);
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }
}
