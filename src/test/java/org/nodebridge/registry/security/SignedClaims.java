// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.security.Key;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** JWTs by any algorithm and key, also such as nobody should take. */
public final class SignedClaims {

    private SignedClaims() {}

    /**
     * The token in its compact form.
     *
     * @param key {@code null} with the algorithm {@code none}
     * @param keyId the header {@code kid}; {@code null} for none
     */
    public static String jwt(JwtClaims claims, String algorithm, Key key, String keyId) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setAlgorithmHeaderValue(algorithm);
        if (keyId != null) {
            jws.setKeyIdHeaderValue(keyId);
        }
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setKey(key);
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
