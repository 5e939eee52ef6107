// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.security.Caller;

class WatcherPlacesTest {

    private final WatcherPlaces places = new WatcherPlaces(3, 2);

    @Test
    void oneCallerCannotTakeAllPlaces() {
        places.take("a");
        places.take("a");

        assertThatThrownBy(() -> places.take("a"))
                .isInstanceOfSatisfying(
                        TooManyWatchersException.class, tooMany -> assertThat(tooMany.ofOneCaller()).isTrue());
        places.take("b");
        assertThatThrownBy(() -> places.take("c"))
                .isInstanceOfSatisfying(
                        TooManyWatchersException.class, tooMany -> assertThat(tooMany.ofOneCaller()).isFalse());
    }

    @Test
    void aUserAndATokenOfTheSameNameHavePlacesOfTheirOwn() {
        String user = WatchResource.caller(by(new Caller("user", "ada", Set.of())));
        String token = WatchResource.caller(by(new Caller("token", "ada", Set.of())));
        places.take(user);
        places.take(user);

        assertThatCode(() -> places.take(token)).doesNotThrowAnyException();
    }

    @Test
    void aPlaceThatWasGivenBackCanBeTakenAgain() {
        places.take("a");
        places.take("a");
        places.giveBack("a");
        places.take("a");

        places.giveBack("a");
        places.giveBack("a");

        assertThat(places.taken()).isZero();
    }

    private static HttpServletRequest by(Caller caller) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                WatcherPlacesTest.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> method.getName().equals("getAttribute") ? caller : null);
    }
}
