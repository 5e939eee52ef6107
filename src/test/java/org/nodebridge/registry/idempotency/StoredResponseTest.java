// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredResponseTest {

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 400, 404, 409, 415, 422})
    void keepsWhatWouldBeTheSameAnotherTime(int status) {
        assertThat(StoredResponse.isFinal(status)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 408, 429, 500, 503})
    void keepsNothingThatInvitesToTryAgain(int status) {
        assertThat(StoredResponse.isFinal(status)).isFalse();
    }
}
