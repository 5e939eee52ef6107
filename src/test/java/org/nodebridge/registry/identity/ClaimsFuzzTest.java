// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.config.IdentitySettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.incontainer.NodeOnTheWire;

class ClaimsFuzzTest {

    private static final Signer SIGNER = Signer.named("one");
    private static final Instant THEN = Signer.EXPIRY.minusSeconds(600);
    private static final OfNode EVENT = NodeOnTheWire.named("a").introduced(at(0));
    private static final Claims CLAIMS = claims();

    /** Nothing here is signed by a trusted key for this record, so nothing may hold. */
    @MethodSource("seeds")
    @FuzzTest
    void noHeaderButASignedOneHoldsAndEachSaysWhy(byte[] header) {
        Claim claim = Bounded.time(
                () -> CLAIMS.of(EVENT, new RecordHeaders().add(Signer.HEADER, header), "value".getBytes(UTF_8), THEN));

        assertThat(claim.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(claim.owner()).isNull();
        assertThat(claim.error().field()).isEqualTo("headers." + Signer.HEADER);
        assertThat(claim.error().message()).isNotBlank().hasSizeLessThan(200);
    }

    static Stream<byte[]> seeds() {
        String token = new String(SIGNER.claim().lastHeader(Signer.HEADER).value(), US_ASCII);
        String[] parts = token.split("\\.");
        return Stream.of(
                "", ".", "..", "...", "a.b.c", parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2],
                part("{\"alg\":\"none\"}") + "." + parts[1] + ".",
                part("{\"alg\":\"HS256\",\"kid\":\"one\"}") + "." + parts[1]
                        + "." + parts[2],
                part("{\"alg\":\"ES256\",\"kid\":\"" + "k".repeat(5000) + "\"}") + ".e30.AA",
                part("[".repeat(3000)) + ".e30.AA",
                part("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}") + ".AA.AA.AA.AA",
                part("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647,\"p2s\":\"AAAAAAAAAAA\"}")
                        + ".AA.AA.AA.AA",
                part("{\"alg\":\"ES256\",\"crit\":[\"x\"]}") + ".e30.AA", part("{\"alg\":1e2147483648}") + ".e30.AA",
                "\u0000", "=".repeat(9000))
                .map(text -> text.getBytes(US_ASCII));
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    private static Claims claims() {
        try {
            Path keys = Files.writeString(
                    Files.createTempFile("fuzz", ".json"), Signer.keySet(SIGNER.inKeySet(null)));
            keys.toFile().deleteOnExit();
            Map<String, String> given = Map.of(
                    "registry.identity.mode", "enforce", "registry.identity.keys-file", keys.toString());
            IdentitySettings settings =
                    RegistrySettings.read(key -> Optional.ofNullable(given.get(key))).identity();
            return new Claims(settings, new TrustedKeys(settings.keys(), Duration.ofHours(1).toNanos()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
