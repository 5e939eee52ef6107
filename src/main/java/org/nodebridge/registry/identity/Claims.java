// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.nodebridge.registry.config.IdentitySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.security.PublicKeys;

/** Reads the claim that comes with a record. Never throws for what a record holds. Safe for many threads. */
final class Claims {

    /** The claim with the SHA-256 of the record's value, in base64url without padding. */
    static final String DIGEST = "digest";

    private static final String UNTRUSTED = "is not signed by anybody who is trusted, or is no JWT";
    private static final int LONGEST_CLAIM = 8192;
    private static final int LONGEST_OWNER = 255;

    private final IdentitySettings settings;
    private final TrustedKeys keys;

    Claims(IdentitySettings settings, TrustedKeys keys) {
        this.settings = settings;
        this.keys = keys;
    }

    /**
     * What the headers say about the event's sender.
     *
     * @param value the record's
     * @param at the moment as of which the claim must hold
     */
    Claim of(OfNode event, Headers headers, byte[] value, Instant at) {
        boolean binds = !(event instanceof Heartbeat);
        Header header = headers.lastHeader(settings.header());
        if (header == null || header.value() == null) {
            FieldError missing = error("is missing: nobody vouches for this");
            return new Claim(event.nodeId(), binds, null, Verdict.MISSING, missing);
        }
        try {
            return new Claim(
                    event.nodeId(), binds, owner(event, header.value(), value, at), Verdict.ACCEPTED, null);
        } catch (DoesNotHoldException e) {
            return new Claim(event.nodeId(), binds, null, Verdict.INVALID, error(e.getMessage()));
        }
    }

    /** What is wrong with the header. */
    FieldError error(String message) {
        return new FieldError("headers." + settings.header(), message);
    }

    private String owner(OfNode event, byte[] claim, byte[] value, Instant at) throws DoesNotHoldException {
        if (claim.length > LONGEST_CLAIM) {
            throw new DoesNotHoldException("is longer than " + LONGEST_CLAIM + " bytes");
        }
        PublicKeys trusted = keys.current();
        try {
            JwtContext read =
                    consumer(event, trusted, at).process(new String(claim, StandardCharsets.ISO_8859_1));
            JwtClaims claims = read.getJwtClaims();
            checkType(event, claims);
            checkDigest(value, claims);
            return owner(trusted, ((JsonWebSignature) read.getJoseObjects().get(0)).getKey(), claims);
        } catch (InvalidJwtException e) {
            throw new DoesNotHoldException(reason(e));
        } catch (RuntimeException e) {
            throw new DoesNotHoldException(UNTRUSTED);
        }
    }

    private JwtConsumer consumer(OfNode event, PublicKeys trusted, Instant at) {
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(PublicKeys.SIGNATURES)
                .setVerificationKeyResolver(trusted.resolver())
                .setExpectedSubject(event.nodeId())
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(at.toEpochMilli()))
                .setAllowedClockSkewInSeconds((int) settings.clockSkew().toSeconds());
        if (!settings.issuer().isEmpty()) {
            builder.setExpectedIssuer(settings.issuer());
        }
        return settings.audiences().isEmpty()
                ? builder.setSkipDefaultAudienceValidation().build()
                : builder.setExpectedAudience(settings.audiences().toArray(String[]::new)).build();
    }

    private void checkType(OfNode event, JwtClaims claims) throws DoesNotHoldException {
        NodeType type = type(event);
        Object claimed = claims.getClaimValue(settings.typeClaim());
        // shutdown events of one dialect name no type
        if (type != null ? !type.wireName().equals(claimed) : claimed == null) {
            throw new DoesNotHoldException("is about a node of another type, or of none: " + settings.typeClaim());
        }
    }

    private static NodeType type(OfNode event) {
        if (event instanceof Introduced introduced) {
            return introduced.node().type();
        }
        return event instanceof Heartbeat heartbeat ? heartbeat.type() : ((Departed) event).type();
    }

    private void checkDigest(byte[] value, JwtClaims claims) throws DoesNotHoldException {
        Object claimed = claims.getClaimValue(DIGEST);
        if (claimed == null && !settings.digestRequired()) {
            return;
        }
        if (!Sha256.base64Url(value).equals(claimed)) {
            throw new DoesNotHoldException("is about another record, or about none: " + DIGEST);
        }
    }

    /** By the key before all else, which the signer cannot choose. The two kinds never look the same. */
    private String owner(PublicKeys trusted, Key key, JwtClaims claims) throws DoesNotHoldException {
        Optional<String> byKey = trusted.ownerOf(key);
        String owner = byKey.orElseGet(
                () -> claims.getClaimValue(settings.ownerClaim()) instanceof String text ? text : "");
        if (owner.isBlank() || owner.length() > LONGEST_OWNER || !Storable.text(owner)) {
            throw new DoesNotHoldException("names no owner: " + settings.ownerClaim());
        }
        return (byKey.isPresent() ? "key/" : "claim/") + owner;
    }

    private static String reason(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "had expired when the record was sent";
        }
        if (e.hasErrorCode(ErrorCodes.SUBJECT_INVALID) || e.hasErrorCode(ErrorCodes.SUBJECT_MISSING)) {
            return "is about another node, or about none: sub";
        }
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "is of another issuer";
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "is meant for others";
        }
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "was not valid yet when the record was sent";
        }
        if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "never expires";
        }
        if (e.hasErrorCode(ErrorCodes.MALFORMED_CLAIM)) {
            return "has a claim of another form than JWT's";
        }
        return UNTRUSTED;
    }

    private static final class DoesNotHoldException extends Exception {

        private static final long serialVersionUID = 1L;

        DoesNotHoldException(String message) {
            super(message, null, false, false);
        }
    }
}
