// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.JwtSettings;

class TokensTest {

    private static final String ISSUER = "https://issuer.test";
    private static final Map<String, List<String>> GROUPS = Map.of(
            "reader", List.of("reader"), "operator", List.of("operator", "platform-team"), "admin", List.of("admin"));

    @TempDir
    static Path files;

    private static RsaJsonWebKey key;
    private static RsaJsonWebKey otherKey;
    private static String pem;
    private static Tokens tokens;

    @BeforeAll
    static void makeKeys() throws Exception {
        key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId("one");
        otherKey = RsaJwkGenerator.generateJwk(2048);
        otherKey.setKeyId("one");
        pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        tokens = tokens(file("key.pem", pem), List.of());
    }

    @Test
    void knowsWhomAGoodTokenIsForAndWhatTheyMayDo() throws Exception {
        Caller caller = tokens.caller(signed(claims -> claims.setStringListClaim("groups", "platform-team", "x")));

        assertThat(caller).isEqualTo(Caller.token("ada", Set.of("reader", "operator")));
    }

    @Test
    void knowsSomebodyInNoGroupWhoMayDoNothing() throws Exception {
        assertThat(tokens.caller(signed(claims -> claims.setStringListClaim("groups", "strangers"))).roles()).isEmpty();
        assertThat(tokens.caller(signed(claims -> claims.unsetClaim("groups"))).roles()).isEmpty();
        assertThat(tokens.caller(signed(claims -> claims.setClaim("groups", "admin"))).roles())
                .as("a text is no list of groups")
                .isEmpty();
    }

    @Test
    void takesTheNamesInTheOrderOfMicroProfile() throws Exception {
        assertThat(tokens.caller(signed(claims -> claims.setClaim("preferred_username", "countess"))).name())
                .isEqualTo("countess");
        assertThat(tokens.caller(signed(claims -> {
            claims.setClaim("preferred_username", "countess");
            claims.setClaim("upn", "ada@test");
        }))
                .name())
                .isEqualTo("ada@test");
    }

    @Test
    void refusesATokenThatHasExpired() throws Exception {
        refuses(signed(claims -> claims.setExpirationTimeMinutesInTheFuture(-1)), "expired");
    }

    @Test
    void refusesATokenWithoutAnEnd() throws Exception {
        refuses(signed(claims -> claims.unsetClaim("exp")), "cannot be trusted");
    }

    @Test
    void refusesATokenThatIsNotValidYet() throws Exception {
        refuses(signed(claims -> claims.setNotBeforeMinutesInThePast(-5)), "not valid yet");
    }

    @Test
    void refusesATokenOfAnotherIssuer() throws Exception {
        refuses(signed(claims -> claims.setIssuer("https://other.test")), "another issuer");
        refuses(signed(claims -> claims.unsetClaim("iss")), "another issuer");
    }

    @Test
    void refusesATokenThatNamesNobody() throws Exception {
        refuses(signed(claims -> claims.unsetClaim("sub")), "names nobody");
        refuses(signed(claims -> claims.setSubject("a".repeat(250))), "longer than 249 characters");
        refuses(signed(claims -> claims.setSubject("ada\u0000")), "control characters");
    }

    @Test
    void refusesATokenSignedByAnotherKeyOfTheSameName() throws Exception {
        refuses(token("RS256", otherKey.getPrivateKey(), claims -> {}), "cannot be trusted");
    }

    @Test
    void refusesATokenThatIsNotSigned() throws Exception {
        refuses(token("none", null, claims -> {}), "cannot be trusted");
    }

    @Test
    void refusesATokenSignedWithThePublicKeyAsASharedSecret() throws Exception {
        Key secret = new HmacKey(pem.getBytes(StandardCharsets.US_ASCII));

        refuses(token("HS256", secret, claims -> {}), "cannot be trusted");
    }

    @Test
    void refusesATokenThatWasChanged() throws Exception {
        String[] parts = signed(claims -> {}).split("\\.");
        String changed = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("reader", "admin");

        refuses(parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(changed.getBytes(UTF_8)) + "."
                + parts[2], "cannot be trusted");
        refuses("a.b.c", "cannot be trusted");
        refuses("", "cannot be trusted");
    }

    @Test
    void refusesATokenThatIsMeantForOthers() throws Exception {
        Tokens strict = tokens(file("key.pem", pem), List.of("registry", "others"));

        assertThat(strict.caller(signed(claims -> claims.setAudience("registry"))).name()).isEqualTo("ada");
        assertThatThrownBy(() -> strict.caller(signed(claims -> claims.setAudience("elsewhere"))))
                .hasMessageContaining("meant for others");
        assertThatThrownBy(() -> strict.caller(signed(claims -> {}))).hasMessageContaining("meant for others");
    }

    @Test
    void findsTheKeyInAFileOfKeys() throws Exception {
        Tokens fromSet = tokens(file("keys.json", new JsonWebKeySet(key).toJson()), List.of());

        assertThat(fromSet.caller(signed(claims -> {})).name()).isEqualTo("ada");
    }

    @Test
    void findsTheKeysBehindAnAddressAndFetchesThemForNoToken() throws Exception {
        AtomicInteger fetched = new AtomicInteger();
        AtomicReference<String> served = new AtomicReference<>(new JsonWebKeySet(otherKey).toJson());
        RsaJsonWebKey fresh = RsaJwkGenerator.generateJwk(2048);
        fresh.setKeyId("two");
        JsonWebSignature jws = jws("RS256", fresh.getPrivateKey(), claims -> {});
        jws.setKeyIdHeaderValue("two");
        String ofOtherKey = token("RS256", otherKey.getPrivateKey(), claims -> {});
        try (Issuer issuer = Issuer.serving(() -> {
            fetched.incrementAndGet();
            return served.get().getBytes(StandardCharsets.UTF_8);
        })) {
            IssuerKeys keys = new IssuerKeys(settings(issuer.address(), List.of()));
            Tokens remote = new Tokens(settings(issuer.address(), List.of()), keys);
            assertThatThrownBy(() -> remote.caller(ofOtherKey)).isInstanceOf(RefusedSignInException.class);
            assertThat(fetched).hasValue(0);

            keys.refresh();
            assertThat(remote.caller(ofOtherKey).name()).isEqualTo("ada");
            served.set(new JsonWebKeySet(otherKey, fresh).toJson());
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> remote.caller(jws.getCompactSerialization()))
                        .isInstanceOf(RefusedSignInException.class);
            }
            assertThat(fetched).as("by a token that names an unknown key").hasValue(1);

            keys.refresh();
            assertThat(remote.caller(jws.getCompactSerialization()).name()).isEqualTo("ada");
            served.set("no JWKS");
            keys.refresh();
            assertThat(remote.caller(jws.getCompactSerialization()).name()).as("the last ones count").isEqualTo("ada");
        }
    }

    @Test
    void fetchesNoKeysWithoutEnd() throws Exception {
        byte[] endless = new byte[1_000_000];
        Arrays.fill(endless, (byte) ' ');
        try (Issuer issuer = Issuer.serving(() -> endless)) {
            assertThatThrownBy(() -> new JwksAddress(issuer.address(), "").fetch()).hasMessageContaining("longer than");
        }
    }

    @Test
    void triesFewKeysForASignatureThatNamesNone() throws Exception {
        List<RsaJsonWebKey> many = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RsaJsonWebKey one = RsaJwkGenerator.generateJwk(2048);
            one.setKeyId("key-" + i);
            many.add(one);
        }
        JsonWebSignature unnamed = jws("RS256", many.get(0).getPrivateKey(), claims -> {});
        unnamed.getHeaders().setObjectHeaderValue("kid", null);
        JsonWebSignature named = jws("RS256", many.get(0).getPrivateKey(), claims -> {});
        named.setKeyIdHeaderValue("key-0");

        Tokens ofFive = tokens(file("five.json", new JsonWebKeySet(many).toJson()), List.of());
        Tokens ofFour = tokens(file("four.json", new JsonWebKeySet(many.subList(0, 4)).toJson()), List.of());

        assertThat(ofFour.caller(unnamed.getCompactSerialization()).name()).isEqualTo("ada");
        assertThatThrownBy(() -> ofFive.caller(unnamed.getCompactSerialization()))
                .isInstanceOf(RefusedSignInException.class);
        assertThat(ofFive.caller(named.getCompactSerialization()).name()).isEqualTo("ada");
    }

    private static void refuses(String token, String why) {
        assertThatThrownBy(() -> tokens.caller(token))
                .isInstanceOf(RefusedSignInException.class)
                .hasMessageContaining(why)
                .hasMessageNotContainingAny(token.isEmpty() ? "\0" : token);
    }

    private static String signed(Consumer<JwtClaims> change) throws Exception {
        return token("RS256", key.getPrivateKey(), change);
    }

    private static String token(String algorithm, Key signer, Consumer<JwtClaims> change) throws Exception {
        return jws(algorithm, signer, change).getCompactSerialization();
    }

    private static JsonWebSignature jws(String algorithm, Key signer, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject("ada");
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setIssuedAtToNow();
        claims.setStringListClaim("groups", "reader");
        change.accept(claims);
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKeyIdHeaderValue("one");
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setDoKeyValidation(false);
        jws.setKey(signer);
        return jws;
    }

    private static Tokens tokens(String keys, List<String> audiences) throws Exception {
        JwtSettings settings = settings(keys, audiences);
        return new Tokens(settings, new IssuerKeys(settings));
    }

    private static JwtSettings settings(String keys, List<String> audiences) {
        return new JwtSettings(
                ISSUER, keys, "", audiences, "groups", GROUPS, Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    private static String file(String name, String content) throws Exception {
        return Files.writeString(files.resolve(name), content).toString();
    }

    /** An issuer's server on this machine. */
    private record Issuer(HttpServer server) implements AutoCloseable {

        static Issuer serving(Supplier<byte[]> keys) throws Exception {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/keys", exchange -> {
                byte[] body = keys.get();
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return new Issuer(server);
        }

        String address() {
            return "http://localhost:" + server.getAddress().getPort() + "/keys";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
