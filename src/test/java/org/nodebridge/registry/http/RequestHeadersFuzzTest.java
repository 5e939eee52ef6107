// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;
import org.nodebridge.registry.idempotency.IdempotencyKey;

class RequestHeadersFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void everyIdempotencyKeyIsTakenAsItIsOrNamed(byte[] input) {
        for (String text : Texts.of(input)) {
            String key = Bounded.time(() -> keyOrNull(text));
            assertThat(key == null || key.equals(text) && key.matches("[!-~]{1,255}")).isTrue();
            String twice = Bounded.time(() -> keyOrNull(text, text));
            assertThat(twice).isNull();
        }
    }

    private static String keyOrNull(String... values) {
        try {
            return IdempotencyKey.of(requestWith(List.of(values)));
        } catch (InvalidInputException refused) {
            assertThat(refused.errors()).singleElement()
                    .satisfies(error -> assertThat(error.field()).isEqualTo(IdempotencyKey.HEADER));
            return null;
        }
    }

    private static ContainerRequestContext requestWith(List<String> keys) {
        MultivaluedMap<String, String> headers = new MultivaluedHashMap<>();
        headers.put(IdempotencyKey.HEADER, keys);
        return (ContainerRequestContext) Proxy.newProxyInstance(
                RequestHeadersFuzzTest.class.getClassLoader(), new Class<?>[] {ContainerRequestContext.class},
                (proxy, method, arguments) -> method.getName().equals("getHeaders") ? headers : null);
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "", " ", "a b", "\u00e4", "~", "!".repeat(255),
                "!".repeat(256), "a\n", "\u0000");
    }
}
