// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import org.jose4j.http.Get;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.nodebridge.registry.config.JwtSettings;
import org.nodebridge.registry.config.PemFile;

/** The public keys of whoever signs. Those behind an address are fetched when needed, and again when one is new. */
final class IssuerKeys {

    private static final int TIMEOUT_MS = 3_000;

    private IssuerKeys() {}

    static VerificationKeyResolver resolver(JwtSettings settings) throws GeneralSecurityException, JoseException {
        String location = settings.keys();
        if (location.matches("https?://.+")) {
            return new HttpsJwksVerificationKeyResolver(at(location, settings.caFile()));
        }
        return PublicKeys.read(new PemFile("registry.jwt.public-key-location", location)).resolver();
    }

    private static HttpsJwks at(String location, String caFile) throws GeneralSecurityException {
        Get get = new Get();
        get.setConnectTimeout(TIMEOUT_MS);
        get.setReadTimeout(TIMEOUT_MS);
        get.setRetries(0);
        if (!caFile.isEmpty()) {
            get.setTrustedCertificates(new PemFile("registry.jwt.ca-file", caFile)
                    .certificates().stream().map(X509Certificate.class::cast).toList());
        }
        HttpsJwks keys = new HttpsJwks(location);
        keys.setSimpleHttpGet(get);
        return keys;
    }
}
