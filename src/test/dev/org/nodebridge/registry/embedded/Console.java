// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.io.PrintStream;

/** What the launcher tells whoever started it, a whole line at a time from any thread. */
public final class Console {

    private final PrintStream out;

    public Console(PrintStream out) {
        this.out = out;
    }

    public synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    /** A step on the way. */
    public void step(String line) {
        say("  - " + line);
    }
}
