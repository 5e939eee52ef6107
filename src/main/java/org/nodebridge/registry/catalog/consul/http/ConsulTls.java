// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.value.PemFile;

/**
 * Whom we trust and who we are when Consul is reached over https, from PEM files. Read once; renewed files are seen
 * at the next start.
 */
public record ConsulTls(SSLContext context, X509TrustManager trust) {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] IN_MEMORY = new char[0];

    /** @throws IllegalArgumentException naming the setting whose file cannot be used, never quoting the file */
    public static ConsulTls of(ConsulSettings settings) {
        try {
            X509TrustManager trust = new PemFile("registry.consul.ca-file", settings.caFile()).trust();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity(settings), new TrustManager[] {trust}, null);
            return new ConsulTls(context, trust);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the TLS settings registry.consul.* cannot be used: " + e, e);
        }
    }

    private static KeyManager[] identity(ConsulSettings settings) throws GeneralSecurityException {
        if (settings.certificateFile().isEmpty() && settings.keyFile().isEmpty()) {
            return null;
        }
        if (settings.certificateFile().isEmpty() || settings.keyFile().isEmpty()) {
            throw new IllegalArgumentException(
                    "registry.consul.certificate-file and registry.consul.key-file must both be set, or neither");
        }
        KeyStore store = PemFile.emptyStore();
        store.setKeyEntry(
                "client",
                key(settings.keyFile()),
                IN_MEMORY,
                new PemFile("registry.consul.certificate-file", settings.certificateFile())
                        .certificates()
                        .toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    private static PrivateKey key(String file) throws GeneralSecurityException {
        String setting = "registry.consul.key-file";
        Matcher pem = KEY.matcher(new String(new PemFile(setting, file).bytes(), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IllegalArgumentException(
                    setting + " must be an unencrypted PKCS#8 key in PEM (BEGIN PRIVATE KEY): " + file);
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException | IllegalArgumentException e) {
                // a key of the next one, perhaps
            }
        }
        throw new IllegalArgumentException(setting + " is neither an RSA nor an EC key: " + file);
    }
}
