// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;

class ConsulRefusalTest {

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 403, 404, 405, 409, 413, 422})
    void isANoForWhatConsulUnderstood(int status) {
        assertThat(ConsulRefusal.of(status, "no"))
                .isInstanceOf(CatalogRefusedException.class)
                .hasMessageContaining("no");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void isANotNowForWhatMayPassLater(int status) {
        assertThat(ConsulRefusal.of(status, "rpc error making call: No cluster leader"))
                .isInstanceOf(CatalogUnavailableException.class)
                .hasMessageContaining("No cluster leader");
    }

    @Test
    void saysWhichPermissionATokenLacks() {
        assertThat(ConsulRefusal.of(403, "Permission denied")).hasMessageContaining("service:write")
                .hasMessageContaining("node:write");
    }

    @Test
    void saysThatConsulDoesNotKnowTheToken() {
        assertThat(ConsulRefusal.of(403, "ACL not found")).hasMessageContaining("does not know the ACL token");
    }

    @Test
    void keepsReasonsToOneLineOfBoundedLength() {
        assertThat(ConsulRefusal.reason("a\n\tb" + "x".repeat(1000))).startsWith("a bxx").hasSize(301);
    }
}
