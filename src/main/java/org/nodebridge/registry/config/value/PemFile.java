// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A PEM file that a setting names, read again at each call.
 *
 * @param setting the setting's key, for messages
 * @param path empty for none
 */
public record PemFile(String setting, String path) {

    private static final char[] IN_MEMORY = new char[0];

    /**
     * Trusts only the authorities in the file, or, without a file, those that the JVM trusts.
     *
     * @throws IllegalArgumentException naming the setting when the file cannot be used, never quoting it
     */
    public X509TrustManager trust() throws GeneralSecurityException {
        KeyStore authorities = null;
        if (!path.isEmpty()) {
            authorities = emptyStore();
            for (Certificate authority : certificates()) {
                authorities.setCertificateEntry("ca-" + authorities.size(), authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("the JVM has no X.509 trust manager");
    }

    /**
     * The certificates in the file, one at least.
     *
     * @throws IllegalArgumentException naming the setting when there are none, never quoting the file
     */
    public Collection<? extends Certificate> certificates() throws GeneralSecurityException {
        Collection<? extends Certificate> found;
        try {
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes()));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(setting + " is no PEM file of certificates: " + path, e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(setting + " has no certificate in it: " + path);
        }
        return found;
    }

    /**
     * All of the file.
     *
     * @throws IllegalArgumentException naming the setting when the file cannot be read
     */
    public byte[] bytes() {
        try {
            return Files.readAllBytes(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(setting + " cannot be read: " + e, e);
        }
    }

    /** A key store that lives in memory, with nothing in it. */
    public static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, IN_MEMORY);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }
}
