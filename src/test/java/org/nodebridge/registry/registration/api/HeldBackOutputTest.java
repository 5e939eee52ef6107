// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HeldBackOutputTest {

    private static final byte[] MEBIBYTE = new byte[1024 * 1024];

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final HeldBackOutput output = new HeldBackOutput(sent);

    @Test
    void sendsNothingBeforeTheEnd() throws IOException {
        output.write('a');
        output.write(MEBIBYTE);

        assertThat(sent.size()).isZero();

        output.finish();

        assertThat(sent.size()).isEqualTo(1 + MEBIBYTE.length);
        assertThat(sent.toByteArray()[0]).isEqualTo((byte) 'a');
    }

    @Test
    void sendsAtOnceWhatItHasNoRoomFor() throws IOException {
        for (int i = 0; i < 5; i++) {
            output.write(MEBIBYTE);
        }

        assertThat(sent.size()).isEqualTo(5 * MEBIBYTE.length);

        output.finish();

        assertThat(sent.size()).isEqualTo(5 * MEBIBYTE.length);
    }
}
