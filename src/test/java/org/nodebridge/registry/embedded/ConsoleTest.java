// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    /** As Maven's does when two threads write to it while it is being reset. */
    @Test
    void aStreamThatFailsEndsNobodyWhoHasSomethingElseToDo() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new NumberFormatException("For input string: \"0m\"");
            }
        };
        Console console = new Console(new PrintStream(broken, true, StandardCharsets.UTF_8));

        assertThatCode(() -> console.step("stopped")).doesNotThrowAnyException();
    }
}
