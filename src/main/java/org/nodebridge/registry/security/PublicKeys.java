// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.jose4j.jwa.AlgorithmConstraints.ConstraintType.PERMIT;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.nodebridge.registry.config.value.PemFile;

/** The public keys in a file: a JWKS, or one PEM key or certificate. Immutable. */
public final class PublicKeys {

    /** Neither {@code none} nor a shared secret, with which every verifier of a signature can make one. */
    public static final AlgorithmConstraints SIGNATURES = new AlgorithmConstraints(
            PERMIT, "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    /** To check a signature takes as long as all else of a record, and a sender must not choose how often that is. */
    private static final int MAX_TRIED = 4;

    private static final VerificationJwkSelector SELECTOR = new VerificationJwkSelector();

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private final VerificationKeyResolver resolver;
    private final Map<Key, String> owners;

    private PublicKeys(VerificationKeyResolver resolver, Map<Key, String> owners) {
        this.resolver = resolver;
        this.owners = owners;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException naming the setting when the file cannot be read
     * @throws GeneralSecurityException when a PEM file has no key in it that can be used
     * @throws JoseException when it has no JWKS in it that can be used
     */
    public static PublicKeys read(PemFile file) throws GeneralSecurityException, JoseException {
        byte[] bytes = file.bytes();
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            return ofJwks(text);
        }
        Key key = text.startsWith("-----BEGIN CERTIFICATE")
                ? CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes))
                        .getPublicKey()
                : publicKey(text, file.setting());
        return new PublicKeys((jws, context) -> key, Map.of());
    }

    /**
     * The keys of a JWKS.
     *
     * @throws JoseException when it is none
     */
    static PublicKeys ofJwks(String json) throws JoseException {
        return of(new JsonWebKeySet(json).getJsonWebKeys());
    }

    private static PublicKeys of(List<JsonWebKey> keys) {
        Map<Key, String> owners = new HashMap<>();
        for (JsonWebKey key : keys) {
            String owner = key.getOtherParameterValue("owner", String.class);
            if (owner != null) {
                owners.put(key.getKey(), owner);
            }
        }
        return new PublicKeys((signature, context) -> key(signature, keys), owners);
    }

    /** By the name that the signature gives it; without one only where few come into question. */
    private static Key key(JsonWebSignature signature, List<JsonWebKey> keys) throws UnresolvableKeyException {
        try {
            List<JsonWebKey> fitting = SELECTOR.selectList(signature, keys);
            if (fitting.isEmpty() || fitting.size() > MAX_TRIED) {
                throw new UnresolvableKeyException(fitting.isEmpty()
                        ? "no key fits"
                        : fitting.size() + " keys fit, so that the signature must name one of them: kid");
            }
            JsonWebKey key = fitting.size() == 1
                    ? fitting.get(0)
                    : SELECTOR.selectWithVerifySignatureDisambiguate(signature, fitting);
            if (key == null) {
                throw new UnresolvableKeyException("the signature is by none of the keys that fit");
            }
            return key.getKey();
        } catch (UnresolvableKeyException e) {
            throw e;
        } catch (JoseException e) {
            throw new UnresolvableKeyException("no key was found", e);
        }
    }

    /** Finds the key by which a signature is to be checked. */
    public VerificationKeyResolver resolver() {
        return resolver;
    }

    /** Whose the key is, by the member {@code owner} that it has in its JWKS. */
    public Optional<String> ownerOf(Key key) {
        return Optional.ofNullable(owners.get(key));
    }

    private static Key publicKey(String pem, String setting) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new GeneralSecurityException(setting + " holds no public key that can be read");
    }
}
