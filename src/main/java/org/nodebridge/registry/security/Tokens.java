// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.nodebridge.registry.config.JwtSettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads tokens by the rules of MicroProfile JWT: signed with a private key, for a time, with groups in a claim. */
@ApplicationScoped
public class Tokens {

    /** Characters of a name; the columns that say who did what hold 255 with the kind before it. */
    private static final int MAX_NAME = 249;

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final List<String> NAMES = List.of("upn", "preferred_username", "sub");

    private final JwtSettings settings;
    private final JwtConsumer consumer;

    @Inject
    public Tokens(SecuritySettings settings, IssuerKeys keys) {
        this(settings.jwt(), keys);
    }

    // for the container's proxy
    Tokens() {
        settings = null;
        consumer = null;
    }

    Tokens(JwtSettings settings, VerificationKeyResolver keys) {
        this.settings = settings;
        this.consumer = settings.isOn() ? consumer(settings, keys) : null;
        if (settings.isOn() && settings.audiences().isEmpty()) {
            LOG.warn("registry.jwt.any-audience is set: a token that the issuer has made for any other service signs"
                    + " in here too, and that service can use it. Set registry.jwt.audiences instead");
        }
    }

    private static JwtConsumer consumer(JwtSettings settings, VerificationKeyResolver keys) {
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(PublicKeys.SIGNATURES)
                .setVerificationKeyResolver(keys)
                .setExpectedIssuer(settings.issuer())
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds((int) settings.clockSkew().toSeconds());
        return settings.audiences().isEmpty()
                ? builder.setSkipDefaultAudienceValidation().build()
                : builder.setExpectedAudience(settings.audiences().toArray(String[]::new)).build();
    }

    /**
     * Who a token is for. A caller in none of the groups has signed in, and may do nothing.
     *
     * @throws RefusedSignInException when it is not a good one
     */
    Caller caller(String token) throws RefusedSignInException {
        JwtClaims claims;
        try {
            claims = consumer.processToClaims(token);
        } catch (InvalidJwtException e) {
            throw new RefusedSignInException(reason(e));
        }
        String name = NAMES.stream()
                .map(claim -> claims.getClaimValueAsString(claim))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new RefusedSignInException("the token names nobody"));
        if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedSignInException("the token's name is longer than " + MAX_NAME
                    + " characters or has control characters");
        }
        return Caller.token(name, Role.withIncluded(roles(groups(claims))));
    }

    private Set<String> groups(JwtClaims claims) {
        return claims.getClaimValue(settings.groupsClaim()) instanceof Collection<?> groups
                ? groups.stream().map(String::valueOf).collect(Collectors.toSet())
                : Set.of();
    }

    private Set<Role> roles(Set<String> groups) {
        return Stream.of(Role.values())
                .filter(role -> settings.groups().get(role.id()).stream().anyMatch(groups::contains))
                .collect(Collectors.toSet());
    }

    private static String reason(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "the token has expired";
        }
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "the token is of another issuer";
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "the token is meant for others";
        }
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "the token is not valid yet";
        }
        return "the token cannot be trusted";
    }
}
