// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.config.IdentitySettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.incontainer.NodeOnTheWire;

class ClaimsTest {

    private static final Signer SIGNER = Signer.named("one");
    private static final Signer STRANGER = Signer.named("one");
    private static final NodeOnTheWire NODE = NodeOnTheWire.named("a");
    private static final byte[] VALUE = "what the record says".getBytes(UTF_8);
    private static final Instant THEN = Signer.EXPIRY.minusSeconds(600);

    @TempDir
    static Path files;

    private static Path keys;
    private static Claims claims;

    @BeforeAll
    static void trustTheSigner() throws IOException {
        keys = Files.writeString(files.resolve("keys.json"), Signer.keySet(SIGNER.inKeySet(null)));
        claims = claims(Map.of());
    }

    @Test
    void knowsWhoVouchesForEachKindOfEvent() {
        assertThat(Stream.of(NODE.introduced(at(0)), NODE.departed(at(0)), NODE.departedWithoutType(at(0)))
                .map(event -> of(event, SIGNER.claim(), THEN)))
                .containsOnly(new Claim("a", true, "claim/" + Signer.ISSUER, Verdict.ACCEPTED, null));
        assertThat(of(NODE.heartbeat(at(0), null), SIGNER.claim(), THEN))
                .isEqualTo(new Claim("a", false, "claim/" + Signer.ISSUER, Verdict.ACCEPTED, null));
    }

    @Test
    void missesAClaimAndNamesTheHeader() {
        assertThat(of(NODE.introduced(at(0)), new RecordHeaders(), THEN)).satisfies(claim -> {
            assertThat(claim.verdict()).isEqualTo(Verdict.MISSING);
            assertThat(claim.error().field()).isEqualTo("headers.node-identity");
        });
        assertThat(of(NODE.introduced(at(0)), new RecordHeaders().add(Signer.HEADER, null), THEN).verdict())
                .isEqualTo(Verdict.MISSING);
    }

    static Stream<Arguments> badClaims() {
        String publicKey = Base64.getEncoder().encodeToString(SIGNER.key().getPublicKey().getEncoded());
        String pem = "-----BEGIN PUBLIC KEY-----\n" + publicKey + "\n-----END PUBLIC KEY-----\n";
        return Stream.of(
                Arguments.of("signed by a stranger", STRANGER.claim(), "not signed by anybody"),
                Arguments.of("not signed", Signer.headers(Signer.token("none", null, null, c -> {})), "not signed"),
                Arguments.of("signed with the public key as a secret", hmac(pem.getBytes(UTF_8)), "not signed"),
                Arguments.of(
                        "signed with its bytes as a secret", hmac(SIGNER.key().getPublicKey().getEncoded()),
                        "not signed"),
                Arguments.of("changed", changed(), "not signed"),
                Arguments.of("of another node", SIGNER.claim(c -> c.setSubject("A")), "another node"),
                Arguments.of("of no node", SIGNER.claim(c -> c.unsetClaim("sub")), "about none"),
                Arguments.of("of another type", SIGNER.claim(c -> c.setClaim("node_type", "effect")), "another type"),
                Arguments.of("of no type", SIGNER.claim(c -> c.unsetClaim("node_type")), "node_type"),
                Arguments.of(
                        "of types", SIGNER.claim(c -> c.setStringListClaim("node_type", "compute")), "another type"),
                Arguments.of("without an end", SIGNER.claim(c -> c.unsetClaim("exp")), "never expires"),
                Arguments.of(
                        "not valid yet",
                        SIGNER.claim(c -> c.setNotBefore(NumericDate.fromSeconds(THEN.getEpochSecond() + 60))),
                        "not valid yet"),
                Arguments.of("of no owner", SIGNER.claim(c -> c.unsetClaim("iss")), "names no owner"),
                Arguments.of("of a blank owner", SIGNER.claim(c -> c.setIssuer(" ")), "names no owner"),
                Arguments.of("of one PostgreSQL could not keep", SIGNER.claim(c -> c.setIssuer("x\0")), "no owner"),
                Arguments.of("of a long owner", SIGNER.claim(c -> c.setIssuer("x".repeat(256))), "names no owner"),
                Arguments.of("of another record", SIGNER.claim(c -> c.setClaim("digest", "abc")), "another record"),
                Arguments.of("too long", Signer.headers("x".repeat(8193)), "longer than"),
                Arguments.of("empty", Signer.headers(""), "not signed"),
                Arguments.of("nonsense", Signer.headers("..."), "not signed"),
                Arguments.of("deep", Signer.headers(encoded("[".repeat(4000)) + ".e30.x"), "not signed"),
                Arguments.of("no text", new RecordHeaders().add(Signer.HEADER, new byte[] {-1, 0, '.'}), "not signed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badClaims")
    void doesNotHold(String name, Headers headers, String reason) {
        Claim claim = of(NODE.introduced(at(0)), headers, THEN);

        assertThat(claim.verdict()).as(String.valueOf(claim)).isEqualTo(Verdict.INVALID);
        assertThat(claim.owner()).isNull();
        assertThat(claim.error().message()).contains(reason);
    }

    @Test
    void judgesAClaimAsOfTheRecordsTimeWithSomeSkew() {
        assertThat(of(NODE.introduced(at(0)), SIGNER.claim(), Signer.EXPIRY.plusSeconds(29)).holds()).isTrue();
        assertThat(of(NODE.introduced(at(0)), SIGNER.claim(), Signer.EXPIRY.plusSeconds(31)).error().message())
                .contains("expired");
    }

    @Test
    void wantsTheIssuerAndTheAudienceThatAreSet() {
        Claims strict = claims(Map.of(
                "registry.identity.issuer", Signer.ISSUER, "registry.identity.audiences", "registry"));
        Headers good = SIGNER.claim(c -> c.setAudience("others", "registry"));

        assertThat(strict.of(NODE.introduced(at(0)), good, VALUE, THEN).holds()).isTrue();
        assertThat(strict.of(NODE.introduced(at(0)), SIGNER.claim(), VALUE, THEN).error().message())
                .contains("meant for others");
        assertThat(strict.of(NODE.introduced(at(0)), SIGNER.claim(c -> {
            c.setAudience("registry");
            c.setIssuer("https://other.test");
        }), VALUE, THEN)
                .error().message())
                .contains("another issuer");
    }

    @Test
    void wantsEachClaimToBeAboutItsRecordWhereThatIsSet() throws Exception {
        Claims strict = claims(Map.of("registry.identity.require-digest", "true"));
        String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(
                java.security.MessageDigest.getInstance("SHA-256").digest(VALUE));
        Headers good = SIGNER.claim(c -> c.setClaim(Claims.DIGEST, digest));

        assertThat(strict.of(NODE.introduced(at(0)), good, VALUE, THEN).holds()).isTrue();
        assertThat(strict.of(NODE.introduced(at(0)), good, "another".getBytes(UTF_8), THEN).holds()).isFalse();
        assertThat(strict.of(NODE.introduced(at(0)), SIGNER.claim(), VALUE, THEN).error().message()).contains("digest");
    }

    @Test
    void takesTheOwnerFromTheKeyBeforeTheClaimAndFromAnyClaimThatIsSet() throws IOException {
        Signer owned = Signer.named("owned");
        Path file = Files.writeString(
                files.resolve("owned.json"), Signer.keySet(SIGNER.key().toJson(), owned.inKeySet("team-a")));
        Claims both = claims(Map.of(
                "registry.identity.keys-file", file.toString(), "registry.identity.owner-claim", "team"));

        assertThat(both.of(NODE.introduced(at(0)), owned.claim(c -> c.setClaim("team", "b")), VALUE, THEN).owner())
                .isEqualTo("key/team-a");
        Headers pretending = SIGNER.claim(c -> c.setClaim("team", "team-a"));
        assertThat(both.of(NODE.introduced(at(0)), pretending, VALUE, THEN).owner())
                .as("nobody can claim to be the owner of a key")
                .isEqualTo("claim/team-a");
    }

    @Test
    void findsTheKeyOfASignerThatNamesNone() throws IOException {
        Path file = Files.writeString(
                files.resolve("two.json"), Signer.keySet(STRANGER.key().toJson(), SIGNER.key().toJson()));
        Headers unnamed = Signer.headers(Signer.token("ES256", SIGNER.key().getPrivateKey(), null, c -> {}));

        assertThat(claims(Map.of("registry.identity.keys-file", file.toString()))
                .of(NODE.introduced(at(0)), unnamed, VALUE, THEN).holds())
                .isTrue();
    }

    private static Claim of(OfNode event, Headers headers, Instant time) {
        return claims.of(event, headers, VALUE, time);
    }

    private static Claims claims(Map<String, String> given) {
        Map<String, String> values = new HashMap<>(Map.of(
                "registry.identity.mode", "enforce", "registry.identity.keys-file", keys.toString(),
                "registry.identity.require-digest", "false"));
        values.putAll(given);
        IdentitySettings settings =
                RegistrySettings.read(key -> Optional.ofNullable(values.get(key))).identity();
        return new Claims(settings, new TrustedKeys(settings.keys(), Duration.ofHours(1).toNanos()));
    }

    private static Headers hmac(byte[] secret) {
        return Signer.headers(Signer.token("HS256", new HmacKey(secret), "one", c -> {}));
    }

    private static Headers changed() {
        String good = Signer.token("ES256", SIGNER.key().getPrivateKey(), "one", c -> c.setSubject("b"));
        String[] parts = good.split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8).replace("\"b\"", "\"a\"");
        return Signer.headers(parts[0] + "." + encoded(payload) + "." + parts[2]);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
