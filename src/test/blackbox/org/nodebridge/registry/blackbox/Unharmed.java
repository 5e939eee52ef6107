// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a registry was before somebody wished it ill.
 *
 * @param health its own word for it
 */
record Unharmed(Registry registry, String health) {

    static Unharmed now(Registry registry) {
        return new Unharmed(registry, health(registry));
    }

    /** It registers, and is as well as it was. */
    void isAsItWas() {
        Answer answer = registry.post(
                "/api/v1/registrations", RegistrationsApiIT.payload(Registry.uniqueId("unharmed")));

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(health(registry)).isEqualTo(health);
        assertThat(registry.get("/health/live").status()).isEqualTo(200);
    }

    private static String health(Registry registry) {
        return registry.get("/api/v1/health").json().path("status").asText();
    }
}
