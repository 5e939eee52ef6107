// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLinesTest {

    @Test
    void leavesOrdinaryTextAsItIs() {
        assertThat(LogLines.escaped("node=größe-1 A node has left")).isEqualTo("node=größe-1 A node has left");
    }

    @Test
    void writesAllThatCouldEndALineOrHideOneAsAnEscape() {
        assertThat(LogLines.escaped("a\nb\rc\u0085d\u2028e\u001b[2Jf\tg\u202eh\u200fi\u2066j\ufeff"))
                .isEqualTo("a\\u000ab\\u000dc\\u0085d\\u2028e\\u001b[2Jf\\u0009g\\u202eh\\u200fi\\u2066j\\ufeff");
    }
}
