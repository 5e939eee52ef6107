package org.nodebridge.registry.security;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jose4j.http.Get;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.nodebridge.registry.config.JwtSettings;
import org.nodebridge.registry.config.PemFile;

/** The public keys of whoever signs. Those behind an address are fetched when needed, and again when one is new. */
final class IssuerKeys {

    private static final int TIMEOUT_MS = 3_000;
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private IssuerKeys() {}

    static VerificationKeyResolver resolver(JwtSettings settings) throws GeneralSecurityException, JoseException {
        String location = settings.keys();
        if (location.matches("https?://.+")) {
            return new HttpsJwksVerificationKeyResolver(at(location, settings.caFile()));
        }
        byte[] bytes = new PemFile("registry.jwt.public-key-location", location).bytes();
        String text = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (text.startsWith("{")) {
            return new JwksVerificationKeyResolver(new JsonWebKeySet(text).getJsonWebKeys());
        }
        Key key = text.startsWith("-----BEGIN CERTIFICATE")
                ? CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes))
                        .getPublicKey()
                : publicKey(text);
        return (jws, context) -> key;
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

    private static Key publicKey(String pem) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new GeneralSecurityException("registry.jwt.public-key-location holds no public key that can be read");
    }
}
