// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.SecuritySettings;

class PlainHttpTest {

    private int status = 200;

    @ParameterizedTest
    @CsvSource({
        "on, GET, /api/v1/health, false, 200", "redirect, GET, /api/v1/health, false, 308",
        "redirect, POST, /api/v1/registrations, false, 403", "off, GET, /api/v1/health, false, 403",
        "off, POST, /api/v1/registrations, false, 403", "off, GET, /api/v1/health, true, 200",
        "off, GET, /health, false, 200"
    })
    void servesByPlainHttpWhatTheModeSays(String mode, String method, String path, boolean secure, int answered)
            throws IOException {
        HttpServletRequest request =
                proxy(HttpServletRequest.class, (proxy, called, arguments) -> switch (called.getName()) {
                    case "isSecure" -> secure;
                    case "getMethod" -> method;
                    case "getContextPath" -> path.equals("/health") ? path : "";
                    case "getRequestURI" -> path;
                    case "getServerName" -> "registry.example";
                    default -> null;
                });
        HttpServletResponse response = proxy(HttpServletResponse.class, (proxy, called, arguments) -> {
            status = called.getName().equals("setStatus") ? (int) arguments[0] : status;
            return called.getName().equals("getWriter") ? new PrintWriter(new StringWriter()) : null;
        });

        boolean answers = new PlainHttp(settings(mode)).answers(request, response);

        assertThat(status).isEqualTo(answered);
        assertThat(answers).isEqualTo(answered != 200);
    }

    private static SecuritySettings settings(String mode) {
        Map<String, String> values = Map.of("registry.http.mode", mode);
        return RegistrySettings.read(key -> Optional.ofNullable(values.get(key))).security();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(PlainHttpTest.class.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
