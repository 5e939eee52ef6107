// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;

class SignInTest {

    private static final String HERE = "192.0.2.1";

    private final AtomicLong clock = new AtomicLong();
    private final Map<String, Integer> counted = new HashMap<>();
    private final SignIn signIn = signIn(Map.of("REGISTRY_ADMIN_PASSWORD", "right"));

    @Test
    void looksAtNoMorePasswordsThanItMay() {
        for (int i = 0; i < 2000; i++) {
            assertThatThrownBy(() -> signIn.caller(basic("admin", "wrong"), HERE))
                    .isInstanceOf(RefusedSignInException.class);
        }

        assertThat(counted).isEqualTo(Map.of("refused", 20, "limited", 1980));
    }

    @Test
    void letsTheRightUserInSecondsLaterAndAtOnceElsewhere() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> signIn.caller(basic("admin", "wrong"), HERE)).isNotNull();
        }

        assertThatThrownBy(() -> signIn.caller(basic("admin", "right"), HERE))
                .isInstanceOfSatisfying(
                        TooManySignInsException.class, e -> assertThat(e.secondsToWait()).isEqualTo(3));
        assertThat(signIn.caller(basic("admin", "right"), "192.0.2.2")).isPresent();
        clock.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(signIn.caller(basic("admin", "right"), HERE)).isPresent();
    }

    @Test
    void countsNothingThatIsRight() throws Exception {
        for (int i = 0; i < 1000; i++) {
            assertThat(signIn.caller(basic("admin", "right"), HERE)).isPresent();
        }

        assertThat(counted).isEmpty();
    }

    @Test
    void remembersNoNamesThatNobodyHas() {
        for (int i = 0; i < 2000; i++) {
            String name = "name-" + i;
            assertThatThrownBy(() -> signIn.caller(basic(name, ""), HERE)).isNotNull();
        }
        assertThatThrownBy(() -> signIn.caller("Basic !!!", HERE)).isInstanceOf(TooManySignInsException.class);

        assertThat(counted.get("refused")).isEqualTo(20);
    }

    @Test
    void limitsNothingWhereThatIsSet() {
        SignIn unlimited = signIn(Map.of("registry.security.max-failed-sign-ins", "0"));

        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(() -> unlimited.caller(basic("admin", "wrong"), HERE)).isNotNull();
        }

        assertThat(counted).isEqualTo(Map.of("refused", 1000));
    }

    private SignIn signIn(Map<String, String> given) {
        SecuritySettings settings =
                RegistrySettings.read(key -> Optional.ofNullable(given.get(key))).security();
        return new SignIn(settings, new Users(settings), null, new Counts(), clock::get);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private final class Counts extends RegistryMetrics {

        Counts() {
            super(null);
        }

        @Override
        public void signInFailed(String result) {
            counted.merge(result, 1, Integer::sum);
        }
    }
}
