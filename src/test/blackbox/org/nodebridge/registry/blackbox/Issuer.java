// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.nodebridge.registry.security.SignedClaims;

/** Somebody who makes tokens, with an RSA key of their own. */
final class Issuer {

    static final String NAME = "https://issuer.test";

    private final KeyPair keys;

    Issuer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the public key as PEM. */
    Path publicKey(Path file) {
        try {
            return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public key as a member of a key set, as one of an owner's. */
    String publicKeyOf(String owner) {
        try {
            PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
            key.setOtherParameter("owner", owner);
            return key.toJson();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A good token for somebody in the groups. */
    String token(String... groups) {
        return token(claims -> claims.setStringListClaim("groups", List.of(groups)));
    }

    /** A token that is good but for what is changed. */
    String token(Consumer<JwtClaims> change) {
        return token("RS256", keys.getPrivate(), change);
    }

    /** A token that nobody has signed. */
    String unsigned(String group) {
        return token("none", null, claims -> claims.setStringListClaim("groups", List.of(group)));
    }

    private static String token(String algorithm, Key key, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(NAME);
        claims.setSubject("ada");
        claims.setAudience("registry");
        claims.setExpirationTimeMinutesInTheFuture(30);
        claims.setIssuedAtToNow();
        change.accept(claims);
        return SignedClaims.jwt(claims, algorithm, key, null);
    }
}
