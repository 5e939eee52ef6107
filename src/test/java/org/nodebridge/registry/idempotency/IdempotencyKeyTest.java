// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.security.Caller;

class IdempotencyKeyTest {

    @Test
    void aUserAndATokenOfTheSameNameDoNotShareAKey() {
        byte[] users = IdempotencyKey.identity(by(new Caller("user", "ada", Set.of())), "key");
        byte[] tokens = IdempotencyKey.identity(by(new Caller("token", "ada", Set.of())), "key");

        assertThat(tokens).isNotEqualTo(users);
        assertThat(IdempotencyKey.identity(by(new Caller("user", "ada", Set.of())), "key")).isEqualTo(users);
    }

    private static ContainerRequestContext by(Caller caller) {
        UriInfo address = proxy(UriInfo.class, (proxy, method, arguments) -> URI.create("/api/v1/registrations"));
        SecurityContext security = proxy(SecurityContext.class, (proxy, method, arguments) -> caller);
        return proxy(ContainerRequestContext.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getMethod" -> "POST";
            case "getUriInfo" -> address;
            case "getSecurityContext" -> security;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler answers) {
        return type.cast(
                Proxy.newProxyInstance(IdempotencyKeyTest.class.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
