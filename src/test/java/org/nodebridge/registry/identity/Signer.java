// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.nodebridge.registry.security.SignedClaims;

/** Somebody who vouches for the compute node {@code a} until one o'clock, with a key on P-256. */
record Signer(PublicJsonWebKey key) {

    static final String HEADER = "node-identity";
    static final String ISSUER = "https://nodes.test";
    static final Instant EXPIRY = Instant.parse("2026-03-01T13:00:00Z");

    static Signer named(String keyId) {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId(keyId);
            return new Signer(key);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key in a key set, as one of an owner's; {@code null} for nobody's in particular. */
    String inKeySet(String owner) {
        if (owner != null) {
            key.setOtherParameter("owner", owner);
        }
        return key.toJson();
    }

    static String keySet(String... keys) {
        return "{\"keys\": [" + String.join(",", keys) + "]}";
    }

    Headers claim() {
        return claim(claims -> {});
    }

    /** A good claim but for what is changed. */
    Headers claim(Consumer<JwtClaims> change) {
        return headers(token("ES256", key.getPrivateKey(), key.getKeyId(), change));
    }

    static Headers headers(String token) {
        return new RecordHeaders().add(HEADER, token.getBytes(StandardCharsets.US_ASCII));
    }

    static String token(String algorithm, Key key, String keyId, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject("a");
        claims.setClaim("node_type", "compute");
        claims.setExpirationTime(NumericDate.fromSeconds(EXPIRY.getEpochSecond()));
        change.accept(claims);
        return SignedClaims.jwt(claims, algorithm, key, keyId);
    }
}
